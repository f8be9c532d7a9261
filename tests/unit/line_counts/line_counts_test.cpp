#include "line_counts/line_counts.hpp"

#include <gmock/gmock.h>

namespace scop::metrics {
namespace {

class Counting {
 public:
  explicit Counting(std::vector<LineRule> rules) : counts_(std::move(rules)) {}
  void say(std::string_view message, std::initializer_list<LogPair> pairs = {},
           LogLevel level = LogLevel::info) {
    counts_.note(level, message, std::span<const LogPair>(pairs));
  }
  double value(std::string_view name, const Labels& labels = {}, std::string_view suffix = "") const {
    for (const auto& family : counts_.snapshot()) {
      for (const auto& sample : family.samples) {
        if (family.name == name && sample.labels == labels && sample.suffix == suffix) return sample.value;
      }
    }
    return -1;
  }

 private:
  LineCounts counts_;
};

TEST(LineCounts, AValueOutsideTheSetIsOtherAndNoNewLabel) {
  Counting counting({{.message = "passed", .counter = "x_total", .labels = {{"spf", {"pass"}}}}});
  EXPECT_EQ(counting.value("x_total", {{"spf", "pass"}}), 0) << "it stands at 0 from the start";
  counting.say("passed", {{"spf", "pass"}});
  counting.say("passed", {{"spf", "evil\"label"}});
  counting.say("passed");
  counting.say("another line", {{"spf", "pass"}});
  EXPECT_EQ(counting.value("x_total", {{"spf", "pass"}}), 1);
  EXPECT_EQ(counting.value("x_total", {{"spf", "other"}}), 2);
}

TEST(LineCounts, ReadsTheClassOfAReplyAFirstWordAndWhetherThereIsOne) {
  Counting counting({{.message = "a", .counter = "a_total", .labels = {{"reply", {}, As::reply_class}}},
                     {.message = "a", .counter = "b_total", .labels = {{"tls", {"TLSv1.3"}, As::first_word}}},
                     {.message = "a", .counter = "c_total", .labels = {{"signed", {}, As::presence}}}});
  counting.say("a", {{"reply", "451 4.3.0 later"}, {"tls", "TLSv1.3 AES"}, {"signed", "example.org"}});
  EXPECT_EQ(counting.value("a_total", {{"reply", "4xx"}}), 1);
  EXPECT_EQ(counting.value("a_total", {{"reply", "2xx"}}), 0);
  EXPECT_EQ(counting.value("b_total", {{"tls", "TLSv1.3"}}), 1);
  EXPECT_EQ(counting.value("c_total", {{"signed", "yes"}}), 1);
}

TEST(LineCounts, CountsByTwoLabelsAndFixedOnes) {
  Counting counting({{.message = "call",
                      .counter = "calls_total",
                      .fixed = {{"daemon", "relay"}},
                      .labels = {{"method", {"Pass"}}, {"code", {"OK"}}}}});
  counting.say("call", {{"code", "OK"}, {"method", "Pass"}});
  counting.say("call", {{"code", "LOST"}, {"method", "Unheard"}});
  EXPECT_EQ(counting.value("calls_total", {{"daemon", "relay"}, {"method", "Pass"}, {"code", "OK"}}), 1);
  EXPECT_EQ(counting.value("calls_total", {{"daemon", "relay"}, {"method", "other"}, {"code", "other"}}), 1);
}

TEST(LineCounts, CountsLinesByLevelAndTheirTime) {
  Counting counting({{.message = "a", .counter = "a_total", .histogram = "a_seconds"}});
  counting.say("a", {{"took_ms", 1500}});
  counting.say("a", {}, LogLevel::error);
  EXPECT_EQ(counting.value("a_total"), 2);
  EXPECT_EQ(counting.value("scop_log_lines_total", {{"level", "error"}}), 1);
  EXPECT_EQ(counting.value("a_seconds", {{"le", "1"}}, "_bucket"), 0);
  EXPECT_EQ(counting.value("a_seconds", {{"le", "2"}}, "_bucket"), 1);
  EXPECT_EQ(counting.value("a_seconds", {}, "_sum"), 1.5);
}

}  // namespace
}  // namespace scop::metrics
