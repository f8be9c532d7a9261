// Trained on a part of a public corpus, the classifier tells the rest apart. Skips where the suite is absent.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "bayes/learn.hpp"
#include "bayes/tokenize.hpp"

using namespace scop;

namespace {

namespace fs = std::filesystem;

constexpr bayes::HashKey key{3, 4};

struct Message {
  bayes::Tokens tokens;
  bayes::Features features;
  bool spam = false;
};

// Every fourth message of the archive, unpacked into a folder of its own.
std::vector<Message> corpus(const fs::path& folder) {
  std::vector<Message> messages;
  mime_text::Charsets charsets;
  for (const bool spam : {false, true}) {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder / (spam ? "spam" : "ham")))
      paths.push_back(entry.path());
    std::ranges::sort(paths);
    for (std::size_t i = 0; i < paths.size(); i += 4) {
      std::ifstream in(paths[i], std::ios::binary);
      const std::string octets(std::istreambuf_iterator<char>(in), {});
      auto tokens = bayes::tokenize(octets, charsets);
      auto features = bayes::expand(tokens, key);
      messages.push_back({std::move(tokens), std::move(features), spam});
    }
  }
  return messages;
}

}  // namespace

TEST(Corpus, is_told_apart_after_training_on_two_thirds) {
  const char* suites = std::getenv("SCOP_SUITES");
  const fs::path archive = fs::path(suites != nullptr && *suites != '\0' ? suites : "../shared/suites") /
                           "spam/spamassassin-half.tar.xz";
  if (!fs::exists(archive)) GTEST_SKIP() << "no " << archive;
  const auto folder = fs::temp_directory_path() /
                      ("scop-corpus-" + std::to_string(std::hash<std::string>{}(std::to_string(::getpid()))));
  fs::create_directories(folder);
  ASSERT_EQ(std::system(("tar -C " + folder.string() + " -xf " + archive.string()).c_str()), 0);
  const auto messages = corpus(folder);
  fs::remove_all(folder);
  bayes::Table table;
  std::size_t ham = 0, spam = 0, ham_refused = 0, ham_wrong = 0, spam_wrong = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto& message = messages[i * 7 % messages.size()];
    if (i % 3 == 0) continue;
    bayes::apply(
        table, message.features,
        {.spam = message.spam, .steps = bayes::plan_steps(message.features, {}, table, message.spam)}, 1);
  }
  const std::array<const bayes::Table*, 1> tables{&table};
  for (std::size_t i = 0; i < messages.size(); i += 3) {
    const auto& message = messages[i * 7 % messages.size()];
    const auto score = bayes::classify(message.tokens, message.features, tables).score;
    (message.spam ? spam : ham) += 1;
    ham_wrong += !message.spam && score >= 0.5;
    ham_refused += !message.spam && score >= 0.999;
    spam_wrong += message.spam && score < 0.5;
  }
  EXPECT_GT(ham, 100U);
  EXPECT_GT(spam, 50U);
  EXPECT_EQ(ham_refused, 0U);
  EXPECT_LE(ham_wrong * 100, ham * 3) << ham_wrong << " of " << ham;
  EXPECT_LE(spam_wrong * 100, spam * 8) << spam_wrong << " of " << spam;
}
