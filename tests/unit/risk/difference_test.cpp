#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "mesh.hpp"
#include "risk/json.hpp"

namespace scop::risk {
namespace {

using risk::testing::daemon;
using risk::testing::sound_mesh;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string any = "[relay]\n";

std::vector<Change> between(const Facts& before, const Facts& after) {
  return difference(to_json(report_of(before)), to_json(report_of(after)));
}

TEST(Difference, between_a_report_and_itself_later_is_none) {
  const auto before = sound_mesh(any);
  auto after = sound_mesh(any);
  after.when += std::chrono::minutes(5);
  EXPECT_THAT(between(before, after), IsEmpty());
}

TEST(Difference, names_findings_that_came_and_went) {
  const auto sound = sound_mesh(any);
  const auto worse = sound_mesh("[courier]\ndane = false\n");
  const auto came = between(sound, worse);
  ASSERT_EQ(came.size(), 1U);
  EXPECT_EQ(came.front().where, "findings: dane-off [courier] dane");
  EXPECT_EQ(came.front().before, "");
  EXPECT_THAT(came.front().after, HasSubstr("medium"));
  const auto went = between(worse, sound);
  ASSERT_EQ(went.size(), 1U);
  EXPECT_EQ(went.front().after, "");
}

TEST(Difference, names_powers_walls_and_retentions_that_changed) {
  auto after = sound_mesh("[relay]\nexpire = \"4d\"\n");
  daemon(after, "web").process->filters_system_calls = false;
  const auto changes = between(sound_mesh(any), after);
  const auto where = [](const std::string& part) { return Contains(Field(&Change::where, HasSubstr(part))); };
  EXPECT_THAT(changes, where("daemons: web: takeover: can: run-programs"));
  EXPECT_THAT(changes, where("daemons: web: walls: system-call filter: stands"));
  EXPECT_THAT(changes, where("data: bodies: rests: relay"));
  EXPECT_THAT(changes, where("chains: run-programs: break_ins"));
}

TEST(Difference, survives_reports_of_another_shape) {
  boost::json::object odd{{"findings", 7}, {"daemons", boost::json::array{nullptr, 1, "x", "x"}}};
  const auto changes = difference(odd, to_json(report_of(sound_mesh(any))));
  EXPECT_FALSE(changes.empty());
  EXPECT_THAT(difference(odd, odd), IsEmpty());
}

TEST(ReadBack, takes_its_own_report_and_nothing_else) {
  const auto text = boost::json::serialize(to_json(report_of(sound_mesh(any))));
  const auto report = report_from_json(text);
  ASSERT_TRUE(report);
  EXPECT_THAT(difference(*report, to_json(report_of(sound_mesh(any)))), IsEmpty());
  EXPECT_EQ(report_from_json(text.substr(0, text.size() / 2)).error().kind, ErrorKind::malformed);
  EXPECT_EQ(report_from_json("{}").error().kind, ErrorKind::malformed);
  EXPECT_EQ(report_from_json("[]").error().kind, ErrorKind::malformed);
  EXPECT_FALSE(report_from_json(std::string(100'000, '[')));
  EXPECT_EQ(report_from_json(std::string(most_json + 1, ' ')).error().kind, ErrorKind::exhausted);
}

}  // namespace
}  // namespace scop::risk
