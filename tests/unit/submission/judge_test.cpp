#include "submission/judge.hpp"

#include <gtest/gtest.h>

namespace scop::submission {
namespace {

using namespace std::chrono_literals;

const Time noon = std::chrono::sys_days(2026y / 11 / 21) + 12h;

Login anna() {
  grant::Grant grant{
      "anna@a.example", {"anna@a.example", "anna+*@a.example", "@b.example"}, {}, "submission"};
  grant.expires = std::chrono::time_point_cast<std::chrono::seconds>(noon) + 1h;
  return {"anna@a.example", "", grant};
}

smtp::Mail from(std::string_view path) {
  auto text = path;
  return {*smtp::take_reverse_path(text), {}};
}

TEST(Judge, lets_a_login_send_as_its_addresses_alone) {
  for (const auto* path :
       {"<anna@a.example>", "<Anna@A.Example>", "<anna+lists@a.example>", "<any@b.example>", "<>"}) {
    EXPECT_EQ(judge_sender(anna(), from(path), noon).code, 250) << path;
  }
  for (const auto* path :
       {"<bert@a.example>", "<annax@a.example>", "<anna@c.example>", "<any@x.b.example>"}) {
    EXPECT_EQ(smtp::in_one_line(judge_sender(anna(), from(path), noon)).substr(0, 9), "550 5.7.1") << path;
  }
}

TEST(Judge, wants_a_fresh_login_after_the_grant_s_expiry) {
  EXPECT_EQ(judge_sender(anna(), from("<anna@a.example>"), noon + 1h).code, 454);
}

TEST(Judge, checks_every_author) {
  EXPECT_FALSE(judge_authors(anna(), {"anna@a.example", "x@b.example"}));
  EXPECT_EQ(judge_authors(anna(), {"anna@a.example", "boss@a.example"})->enhanced, "5.7.1");
}

}  // namespace
}  // namespace scop::submission
