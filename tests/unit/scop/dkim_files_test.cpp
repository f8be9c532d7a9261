#include "scop/dkim_files.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace scop::command {
namespace {

TEST(DkimSelectors, are_named_by_day_and_a_letter_that_no_key_has_or_has_had) {
  std::string folder = (std::filesystem::temp_directory_path() / "scop-selectors-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const Time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21);
  const auto next = [&](dkim::KeyType type) { return new_selector(folder, "example.org", type, now); };
  EXPECT_EQ(next(dkim::KeyType::rsa), "r20261121a");
  const auto keys = std::filesystem::path(folder) / key_folder("example.org");
  std::filesystem::create_directories(keys);
  std::ofstream(keys / "r20261121a.rsa.pem") << "key";
  EXPECT_EQ(next(dkim::KeyType::rsa), "r20261121b");
  std::ofstream(keys / "life") << "scop-key-life 1\nat 0\nlast r20261121c\nend\n";
  EXPECT_EQ(next(dkim::KeyType::rsa), "r20261121d");
  EXPECT_EQ(next(dkim::KeyType::ed25519), "e20261121a");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace scop::command
