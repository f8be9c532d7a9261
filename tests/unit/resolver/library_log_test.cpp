#include "resolver/library_log.hpp"

#include <gtest/gtest.h>

namespace scop::resolver {
namespace {

TEST(LibraryLog, GivesTheReasonOfAServfailOnce) {
  LibraryLog log;
  std::fputs("[17] libunbound[1:1] error: SERVFAIL <MX.test. MX IN>: all servers failed, at zone test.\n",
             log.file());
  EXPECT_EQ(log.take_reason("mx.test.", "A"), "");
  EXPECT_EQ(log.take_reason("mx.test.", "MX"), "all servers failed, at zone test.");
  EXPECT_EQ(log.take_reason("mx.test.", "MX"), "");
}

TEST(LibraryLog, TakesLinesInPiecesAndMakesThemHarmless) {
  LibraryLog log;
  log.write("error: SERVFAIL <a. A I");
  log.write("N>: x\x1b[2J\nerror: bad ");
  log.write("option\n");
  EXPECT_EQ(log.take_reason("a.", "A"), "x\\x1b[2J");
  EXPECT_EQ(log.take_complaints(), " bad option");
  EXPECT_EQ(log.take_complaints(), "");
}

TEST(LibraryLog, IsBounded) {
  LibraryLog log;
  for (int i = 0; i < 2000; ++i)
    log.write("error: SERVFAIL <n" + std::to_string(i) + ". A IN>: " + std::string(5000, 'x') +
              "\nerror: y\n");
  EXPECT_EQ(log.take_reason("n0.", "A"), "");
  EXPECT_LE(log.take_reason("n1999.", "A").size(), 510U);
  EXPECT_LE(log.take_complaints().size(), 3000U);
}

}  // namespace
}  // namespace scop::resolver
