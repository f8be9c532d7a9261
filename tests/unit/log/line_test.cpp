#include "log/line.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

namespace scop {
namespace {

const Time time_of_test{std::chrono::milliseconds(1'767'323'045'678)};  // 2026-01-02T03:04:05.678Z

std::string text(std::string_view message, std::initializer_list<LogPair> pairs = {}) {
  return log_line(LogForm::text, time_of_test, LogLevel::info, "relay", message, pairs);
}
std::string json(std::string_view message, std::initializer_list<LogPair> pairs = {}) {
  return log_line(LogForm::json, time_of_test, LogLevel::warning, "relay", message, pairs);
}

TEST(LogLine, TextHasTimeLevelDaemonMessageAndPairs) {
  EXPECT_EQ(text("committed", {{"id", "abc"}, {"size", 1234}, {"took_ms", 1.5}, {"durable", true}}),
            "2026-01-02T03:04:05.678Z info relay committed id=abc size=1234 took_ms=1.5 durable=true\n");
}

TEST(LogLine, ValuesWithSpacesAreQuoted) {
  EXPECT_EQ(text("m", {{"a", "two words"}, {"b", ""}, {"c", "x=\"y\\z\""}}),
            "2026-01-02T03:04:05.678Z info relay m a=\"two words\" b=\"\" c=\"x=\\\"y\\\\z\\\"\"\n");
}

TEST(LogLine, NoValueCanForgeALineOrDriveATerminal) {
  EXPECT_EQ(
      text("m",
           {{"a", "x\r\n2026 info relay forged"}, {"b", "\x1b[2J\x7f"}, {"c", "\xc2\x9b"}, {"d", "\xff"}}),
      "2026-01-02T03:04:05.678Z info relay m a=\"x\\r\\n2026 info relay forged\" b=\"\\x1b[2J\\x7f\" "
      "c=\\xc2\\x9b "
      "d=\\xff\n");
}

TEST(LogLine, Utf8StaysReadable) {
  EXPECT_EQ(text("m", {{"a", "grün"}}), "2026-01-02T03:04:05.678Z info relay m a=grün\n");
}

TEST(LogLine, JsonIsOneObjectALine) {
  EXPECT_EQ(
      json("m", {{"a", "x\ny\x01\"\\"}, {"b", "\xff"}, {"n", 5}}),
      "{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"warning\",\"daemon\":\"relay\",\"message\":\"m\","
      "\"a\":\"x\\ny\\u0001\\\"\\\\\",\"b\":\"\\\\xff\",\"n\":\"5\"}\n");
}

TEST(LogLine, LongValuesAreCut) { EXPECT_LT(text("m", {{"a", std::string(100'000, 'x')}}).size(), 9'000U); }

TEST(Log, DropsWhatIsBelowItsLevel) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const Log log("relay", LogForm::text, LogLevel::warning, ends[1]);
  log.info("dropped");
  log.error("kept");
  ::close(ends[1]);
  std::string got(1000, '\0');
  got.resize(static_cast<std::size_t>(::read(ends[0], got.data(), got.size())));
  ::close(ends[0]);
  EXPECT_EQ(got.find("dropped"), std::string::npos);
  EXPECT_TRUE(got.ends_with(" error relay kept\n"));
}

}  // namespace
}  // namespace scop
