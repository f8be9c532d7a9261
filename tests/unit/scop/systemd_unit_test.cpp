#include "scop/systemd_unit.hpp"

#include <gtest/gtest.h>

namespace scop::command {
namespace {

Unit unit_of(std::vector<UnitSetting> settings) {
  return {"a.service", "made", {{"Unit", {{"Description", "a"}}}, {"Service", std::move(settings)}}};
}

TEST(SystemdUnit, IsWrittenInOrder) {
  EXPECT_EQ(text_of(unit_of({{"User", "x"}, {"CapabilityBoundingSet", ""}})),
            "# made\n\n[Unit]\nDescription=a\n\n[Service]\nUser=x\nCapabilityBoundingSet=\n");
}

TEST(SystemdUnit, HasNoDropInWhereNothingDiffers) {
  const auto unit = unit_of({{"User", "x"}, {"IPAddressAllow", "localhost", true}});
  EXPECT_EQ(drop_in_of(unit, unit), "");
}

TEST(SystemdUnit, DropInReplacesAListRatherThanAddingToIt) {
  EXPECT_EQ(drop_in_of(unit_of({{"User", "x"}, {"IPAddressAllow", "192.0.2.1", true}}),
                       unit_of({{"User", "x"}, {"IPAddressAllow", "localhost", true}})),
            "# made\n\n[Service]\nIPAddressAllow=\nIPAddressAllow=192.0.2.1\n");
}

TEST(SystemdUnit, DropInSetsAValueAnew) {
  EXPECT_EQ(drop_in_of(unit_of({{"MemoryMax", "2M"}}), unit_of({{"MemoryMax", "1M"}})),
            "# made\n\n[Service]\nMemoryMax=2M\n");
}

TEST(SystemdUnit, DropInEmptiesWhatIsWantedNoMore) {
  EXPECT_EQ(drop_in_of(unit_of({}), unit_of({{"AmbientCapabilities", "CAP_NET_BIND_SERVICE"}})),
            "# made\n\n[Service]\nAmbientCapabilities=\n");
}

}  // namespace
}  // namespace scop::command
