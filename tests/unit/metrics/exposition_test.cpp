#include "metrics/exposition.hpp"

#include <gmock/gmock.h>

namespace scop::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Exposition, WritesAFamilyOnceWhoeverToldOfIt) {
  const std::vector<Family> families{
      {"scop_b_total", "help \\ and\nmore", Kind::counter, {{"", {{"daemon", "relay"}}, 3}}},
      {"scop_a", "a", Kind::gauge, {{"", {}, 0.5}}},
      {"scop_b_total", "help", Kind::counter, {{"", {{"daemon", "courier"}}, 1e9}}}};
  EXPECT_EQ(exposition(families),
            "# HELP scop_a a\n# TYPE scop_a gauge\nscop_a 0.5\n"
            "# HELP scop_b_total help \\\\ and\\nmore\n# TYPE scop_b_total counter\n"
            "scop_b_total{daemon=\"relay\"} 3\nscop_b_total{daemon=\"courier\"} 1000000000\n");
}

TEST(Exposition, EscapesWhatALabelSays) {
  const std::vector<Family> families{{"x", "", Kind::gauge, {{"", {{"l", "a\"b\\c\nd"}}, 1}}}};
  EXPECT_THAT(exposition(families), HasSubstr("x{l=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

TEST(Exposition, LeavesOutWhatIsNoMetric) {
  const std::vector<Family> families{
      {"bad name", "", Kind::gauge, {{"", {}, 1}}},
      {"good\n# TYPE evil", "", Kind::gauge, {{"", {}, 1}}},
      {"c", "", Kind::counter, {{"_bucket", {}, 1}, {"", {{"no-name", "v"}}, 1}}},
      {"c", "", Kind::gauge, {{"", {}, 7}}}};
  const auto text = exposition(families);
  EXPECT_THAT(text, Not(HasSubstr("bad name")));
  EXPECT_THAT(text, Not(HasSubstr("evil")));
  EXPECT_THAT(text, Not(HasSubstr("_bucket")));
  EXPECT_THAT(text, Not(HasSubstr("no-name")));
  EXPECT_THAT(text, Not(HasSubstr("7"))) << "another kind under the same name";
}

}  // namespace
}  // namespace scop::metrics
