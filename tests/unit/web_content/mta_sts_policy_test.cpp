#include "web_content/mta_sts_policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/ascii.hpp"
#include "mta_sts/policy.hpp"

namespace scop::web_content {
namespace {

settings::Web settings_with(std::string_view text) {
  return settings::read_web(*config::Document::parse(text, "scop.toml"), "mail.example.org");
}

TEST(PolicyText, SaysWhatTheSettingsSay) {
  EXPECT_EQ(policy_text(settings_with("")),
            "version: STSv1\r\nmode: testing\r\nmx: mail.example.org\r\nmax_age: 604800\r\n");
  EXPECT_EQ(
      policy_text(settings_with("[web]\nmta_sts = \"enforce\"\nmta_sts_max_age = \"1d\"\n"
                                "mta_sts_mx = [\"mx1.example.org\", \"*.example.net\"]\n")),
      "version: STSv1\r\nmode: enforce\r\nmx: mx1.example.org\r\nmx: *.example.net\r\nmax_age: 86400\r\n");
}

TEST(PolicyText, IsReadByTheCouriersOwnReader) {
  const auto read = mta_sts::parse_policy(
      policy_text(settings_with("[web]\nmta_sts = \"enforce\"\nmta_sts_mx = [\"*.example.net\"]\n")));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (mta_sts::Policy{mta_sts::Mode::enforce, {"*.example.net"}, 604'800}));
}

TEST(PolicyId, IsOfLettersAndDigitsAndTheSameForTheSameSettings) {
  const auto id = policy_id(settings_with(""));
  EXPECT_EQ(id.size(), 32U);
  EXPECT_TRUE(std::ranges::all_of(id, ascii::is_alnum));
  EXPECT_EQ(id, policy_id(settings_with("[web]\nlisten = [\"0.0.0.0:443\"]\n")));
}

TEST(PolicyId, ChangesWithEveryPartOfThePolicy) {
  const std::set<std::string> ids{policy_id(settings_with("")),
                                  policy_id(settings_with("[web]\nmta_sts = \"none\"\n")),
                                  policy_id(settings_with("[web]\nmta_sts_max_age = \"2d\"\n")),
                                  policy_id(settings_with("[web]\nmta_sts_mx = [\"mx.example.org\"]\n"))};
  EXPECT_EQ(ids.size(), 4U);
}

}  // namespace
}  // namespace scop::web_content
