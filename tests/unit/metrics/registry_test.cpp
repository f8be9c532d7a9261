#include "metrics/registry.hpp"

#include <gmock/gmock.h>

namespace scop::metrics {
namespace {

TEST(Registry, GivesTheSameCounterForTheSameNameAndLabels) {
  Registry registry;
  auto& first = registry.counter("scop_x_total", "x", {{"kind", "a"}});
  auto& other = registry.counter("scop_x_total", "x", {{"kind", "b"}});
  EXPECT_NE(&first, &other);
  for (int more = 0; more < 100; ++more)
    registry.counter("scop_x_total", "x", {{"kind", std::to_string(more)}});
  EXPECT_EQ(&first, &registry.counter("scop_x_total", "x", {{"kind", "a"}}));
  first.add(3);
  const auto families = registry.snapshot();
  ASSERT_EQ(families.size(), 1U);
  EXPECT_EQ(families[0].samples.size(), 102U);
  EXPECT_EQ(families[0].samples[0].value, 3);
}

TEST(Registry, AsksAGaugeWhenTheSnapshotIsTaken) {
  Registry registry;
  double now = 1;
  registry.gauge("scop_y_octets", "y", [&now] { return now; });
  now = 2;
  EXPECT_EQ(registry.snapshot()[0].samples[0].value, 2);
}

TEST(Registry, CountsAHistogramCumulatively) {
  Registry registry;
  auto& took = registry.histogram("scop_z_seconds", "z", {0.5, 1});
  for (const double value : {0.5, 0.75, 1.0, 9.0}) took.observe(value);
  const auto families = registry.snapshot();
  std::vector<double> values;
  for (const auto& sample : families[0].samples) values.push_back(sample.value);
  EXPECT_THAT(values, testing::ElementsAre(1, 3, 4, 11.25, 4));
  EXPECT_EQ(families[0].samples[0].labels, (Labels{{"le", "0.5"}}));
  EXPECT_EQ(families[0].samples[2].labels, (Labels{{"le", "+Inf"}}));
}

}  // namespace
}  // namespace scop::metrics
