#include "settings/receiver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scop::settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Read {
  Receiver receiver;
  std::vector<std::string> problems;
};

Read read(std::string_view text) {
  const auto document = config::Document::parse(text, "scop.toml").value();
  auto receiver = read_receiver(document);
  return {std::move(receiver), document.problems_and_unknown_keys({"receiver"})};
}

TEST(ReceiverSettings, have_defaults_that_refuse_nobody_by_a_list) {
  const auto [receiver, problems] = read("");
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_THAT(receiver.listen, ElementsAre("0.0.0.0:25"));
  EXPECT_TRUE(receiver.blocklists.empty());
  EXPECT_FALSE(receiver.greylisting);
  EXPECT_TRUE(receiver.key.string().ends_with("tls/receiver-key.pem"));
}

TEST(ReceiverSettings, read_blocklists_with_scores) {
  const auto [receiver, problems] = read(
      "[[receiver.blocklist]]\nzone = \"Zen.Example.\"\n[[receiver.blocklist]]\nzone = \"b.example\"\nscore "
      "= 3\n");
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_THAT(receiver.blocklists, ElementsAre(Blocklist{"zen.example", 10}, Blocklist{"b.example", 3}));
}

TEST(ReceiverSettings, name_what_is_wrong_with_its_line) {
  const auto problem = [](std::string_view line) {
    const auto problems = read(std::string("[receiver]\n").append(line).append("\n")).problems;
    return problems.empty() ? std::string() : problems.front();
  };
  EXPECT_THAT(problem("gateways = [\"10.0.0.0/33\"]"), HasSubstr("scop.toml:2: [receiver] gateways"));
  EXPECT_THAT(problem("gateways = [\"localhost\"]"), HasSubstr("gateways"));
  EXPECT_THAT(problem("proxy = [\"10.0.0.0/8\"]"), HasSubstr("proxy"));
  EXPECT_THAT(problem("listen = [\"mail.example:25\"]"), HasSubstr("listen"));
  EXPECT_THAT(problem("greeting_delay = \"2m\""), HasSubstr("at most \"1m\""));
  EXPECT_THAT(problem("most_unknown = 1"), HasSubstr("free_unknown"));
  EXPECT_THAT(problem("first_ban = \"2d\""), HasSubstr("longest_ban"));
  EXPECT_THAT(problem("greylist_delay = \"2d\""), HasSubstr("greylist_window"));
  EXPECT_THAT(problem("spam_host_policy = \"ban\""), HasSubstr("spam_host_policy"));
  EXPECT_THAT(problem("spam_host_refuse = 101"), HasSubstr("spam_host_refuse"));
  EXPECT_THAT(problem("greylist = true"), HasSubstr("greylist"));
}

TEST(ReceiverSettings, refuse_a_blocklist_that_is_no_domain) {
  EXPECT_FALSE(read("[[receiver.blocklist]]\nzone = \"zen example\"\n").problems.empty());
  EXPECT_FALSE(read("[[receiver.blocklist]]\nscore = 1\n").problems.empty());
}

}  // namespace
}  // namespace scop::settings
