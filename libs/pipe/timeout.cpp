#include "pipe/timeout.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"

namespace scop::pipe {

namespace {

constexpr std::int64_t most_digits_value = 99'999'999;
// A day is as good as for ever, and stays far from the clock's own bounds.
constexpr std::chrono::nanoseconds longest = std::chrono::hours(24);

std::optional<std::chrono::nanoseconds> unit_of(char c) {
  switch (c) {
    case 'H':
      return std::chrono::hours(1);
    case 'M':
      return std::chrono::minutes(1);
    case 'S':
      return std::chrono::seconds(1);
    case 'm':
      return std::chrono::milliseconds(1);
    case 'u':
      return std::chrono::microseconds(1);
    case 'n':
      return std::chrono::nanoseconds(1);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_timeout(std::string_view text) {
  if (text.size() < 2 || text.size() > 9) return std::nullopt;
  const auto unit = unit_of(text.back());
  const auto value = ascii::parse_unsigned(text.substr(0, text.size() - 1));
  if (!unit || !value) return std::nullopt;
  const auto count = static_cast<std::int64_t>(*value);
  if (count > longest / *unit) return longest;
  return *unit * count;
}

std::string format_timeout(std::chrono::nanoseconds left) {
  if (left.count() <= 0) return "0n";
  if (left.count() <= most_digits_value) return fmt::format("{}n", left.count());
  const auto micro = std::chrono::ceil<std::chrono::microseconds>(left).count();
  if (micro <= most_digits_value) return fmt::format("{}u", micro);
  const auto milli = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  if (milli <= most_digits_value) return fmt::format("{}m", milli);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
  return fmt::format("{}S", seconds <= most_digits_value ? seconds : most_digits_value);
}

}  // namespace scop::pipe
