#include "settings/spamfilter.hpp"

#include <gmock/gmock.h>

namespace scop::settings {
namespace {

using testing::Contains;
using testing::HasSubstr;

struct Read {
  Spamfilter settings;
  std::vector<std::string> problems;
};

Read read(std::string_view text) {
  const auto document = *config::Document::parse(text, "scop.toml");
  Read out;
  out.settings = read_spamfilter(document);
  out.problems = document.problems_and_unknown_keys({"spamfilter"});
  return out;
}

TEST(SpamfilterSettings, AreGoodWithoutAnyKey) {
  const auto [settings, problems] = read("");
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(settings.thresholds.refuse, SpamThresholds::never);
  EXPECT_FALSE(settings.autolearn);
  EXPECT_TRUE(settings.http_listen.empty() && settings.clamd.empty());
}

TEST(SpamfilterSettings, DomainsStartFromTheCommonThresholds) {
  const auto [settings, problems] = read(R"(
[spamfilter]
label = "0.7"
junk = "0.85"
[[spamfilter.domain]]
domain = "Strict.Example"
refuse = "0.999"
[[spamfilter.domain]]
domain = "mild.example"
junk = "never"
)");
  EXPECT_THAT(problems, testing::IsEmpty());
  EXPECT_EQ(thresholds_of(settings, "strict.example"),
            (SpamThresholds{.ham = 0.2, .label = 0.7, .junk = 0.85, .refuse = 0.999}));
  EXPECT_EQ(thresholds_of(settings, "mild.example").junk, SpamThresholds::never);
  EXPECT_EQ(thresholds_of(settings, "other.example"), settings.thresholds);
}

TEST(SpamfilterSettings, AttachmentsAndClamd) {
  const auto [settings, problems] = read(R"(
[spamfilter]
clamd = "/run/clamav/clamd.ctl"
clamd_away = "defer"
[spamfilter.attachments]
macro = "refuse"
double_extension = "allow"
)");
  EXPECT_THAT(problems, testing::IsEmpty());
  EXPECT_EQ(settings.attachments.macro, AttachmentAction::refuse);
  EXPECT_EQ(settings.attachments.double_extension, AttachmentAction::allow);
  EXPECT_TRUE(settings.defer_without_clamd);
}

TEST(SpamfilterSettings, NameWhatIsWrong) {
  const auto problem_of = [](std::string_view line) {
    return read("[spamfilter]\n" + std::string(line)).problems;
  };
  EXPECT_THAT(problem_of("label = \"1.1\""), Contains(HasSubstr("label: expected a score")));
  EXPECT_THAT(problem_of("label = \"0x1\""), Contains(HasSubstr("label: expected a score")));
  EXPECT_THAT(problem_of("label = \"0.1\""), Contains(HasSubstr("label: must be above ham")));
  EXPECT_THAT(problem_of("junk = \"0.5\""), Contains(HasSubstr("junk: must not be below label")));
  EXPECT_THAT(problem_of("refuse = \"0.85\""), Contains(HasSubstr("refuse: must not be below junk")));
  EXPECT_THAT(problem_of("clamd = \"localhost\""), Contains(HasSubstr("clamd: expected a socket")));
  EXPECT_THAT(problem_of("gateways = [\"192.0.2.0/33\"]"),
              Contains(HasSubstr("gateways: expected networks")));
  EXPECT_THAT(problem_of("http_listen = [\"::1:80\"]"),
              Contains(HasSubstr("http_listen: expected addresses")));
  EXPECT_THAT(problem_of("autolearn_spam = \"0.5\""),
              Contains(HasSubstr("autolearn_spam: must not be below")));
  EXPECT_THAT(problem_of("examined = \"1GB\""), Contains(HasSubstr("examined: expected a size")));
  EXPECT_THAT(problem_of("autolern = true"), Contains(HasSubstr("autolern")));
  EXPECT_THAT(read("[spamfilter.attachments]\nmacro = \"drop\"").problems, Contains(HasSubstr("macro")));
  EXPECT_THAT(read("[[spamfilter.domain]]\ndomain = \"a b\"").problems, Contains(HasSubstr("domain")));
}

}  // namespace
}  // namespace scop::settings
