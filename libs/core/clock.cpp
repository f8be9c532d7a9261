#include "core/clock.hpp"

#ifdef SCOP_TEST_CLOCK
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "core/ascii.hpp"
#endif

namespace scop {

namespace {

#ifdef SCOP_TEST_CLOCK
// Test builds: seconds by which the clock is ahead, from the file that SCOP_CLOCK names ("-" first: behind).
// The file is opened at the first reading, which every daemon does before its jail, and read each time, so
// that a test can let the clock jump.
int clock_file() {
  static const int file = [] {
    const char* name = std::getenv("SCOP_CLOCK");
    return name == nullptr ? -1 : ::open(name, O_RDONLY | O_CLOEXEC);
  }();
  return file;
}

std::chrono::seconds offset() {
  const int file = clock_file();
  if (file < 0) return {};
  std::array<char, 32> octets{};
  const auto got = ::pread(file, octets.data(), octets.size(), 0);
  if (got <= 0) return {};
  auto text = ascii::trim(std::string_view(octets.data(), static_cast<std::size_t>(got)));
  const bool behind = text.starts_with('-');
  if (behind) text.remove_prefix(1);
  const auto seconds = static_cast<std::int64_t>(ascii::parse_unsigned(text).value_or(0));
  return std::chrono::seconds(behind ? -seconds : seconds);
}
#else
constexpr std::chrono::seconds offset() { return {}; }
#endif

}  // namespace

Time now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()) + offset();
}

}  // namespace scop
