#include "daemon/first_process.hpp"

#include <gmock/gmock.h>

namespace scop::daemon {
namespace {

TEST(InterfaceAddresses, AreReadOneByOne) {
  const auto read =
      read_interface_addresses("52:54:00:5C:00:01=10.89.0.2/29,52:54:00:5c:00:02=10.89.0.10/30");
  ASSERT_TRUE(read.has_value());
  EXPECT_THAT(*read, testing::ElementsAre(InterfaceAddress{"52:54:00:5c:00:01", "10.89.0.2", 29},
                                          InterfaceAddress{"52:54:00:5c:00:02", "10.89.0.10", 30}));
  EXPECT_TRUE(read_interface_addresses("")->empty());
}

TEST(InterfaceAddresses, WhatIsNotOneIsNamed) {
  for (const auto* wrong :
       {"52:54:00:5c:00:01", "52:54:00:5c:00:01=10.89.0.2", "52:54:00:5c:00:01=10.89.0.2/0",
        "52:54:00:5c:00:01=10.89.0.2/33", "52:54:00:5c:00:01=10.89.0/29", "eth0=10.89.0.2/29",
        "10.89.0.2/29=52:54:00:5c:00:01", ","}) {
    const auto read = read_interface_addresses(wrong);
    ASSERT_FALSE(read.has_value()) << wrong;
    EXPECT_THAT(read.error().what, testing::HasSubstr("is not MAC=ADDRESS/BITS")) << wrong;
  }
}

TEST(FirstProcess, IsNeverAProcessAmongOthers) { EXPECT_FALSE(is_first_process()); }

}  // namespace
}  // namespace scop::daemon
