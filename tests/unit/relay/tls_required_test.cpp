#include "relay/tls_required.hpp"

#include <gtest/gtest.h>

namespace scop::relay {
namespace {

TEST(TlsRequired, IsTurnedOffByOneFieldThatSaysNo) {
  EXPECT_TRUE(asks_for_no_tls("Subject: x\r\nTLS-Required: No\r\n\r\n"));
  EXPECT_TRUE(asks_for_no_tls("tls-required:\r\n no \r\n\r\nbody"));
  EXPECT_FALSE(asks_for_no_tls("Subject: x\r\n\r\nTLS-Required: No\r\n"));
  EXPECT_FALSE(asks_for_no_tls("TLS-Required: Yes\r\n\r\n"));
  EXPECT_FALSE(asks_for_no_tls("TLS-Required: No thanks\r\n\r\n"));
  EXPECT_FALSE(asks_for_no_tls("TLS-Required: No\r\nTLS-Required: No\r\n\r\n"));
  EXPECT_FALSE(asks_for_no_tls(""));
}

}  // namespace
}  // namespace scop::relay
