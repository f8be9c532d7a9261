#include "scop/time_option.hpp"

#include <array>

#include "core/ascii.hpp"

namespace scop::command {

namespace {

// `digits` decimal digits at `at`, 0 to `most`.
std::optional<unsigned> number(std::string_view text, std::size_t at, std::size_t digits, unsigned most) {
  if (text.size() < at + digits) return std::nullopt;
  const auto value = ascii::parse_unsigned(text.substr(at, digits));
  if (!value || *value > most) return std::nullopt;
  return static_cast<unsigned>(*value);
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_time(std::string_view text) {
  constexpr std::uint64_t furthest = 253'402'300'799;  // the year 9999
  if (const auto seconds = ascii::parse_unsigned(text)) {
    if (*seconds > furthest) return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::seconds(*seconds));
  }
  const auto year = number(text, 0, 4, 9'999);
  const auto month = number(text, 5, 2, 12);
  const auto day = number(text, 8, 2, 31);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day));
  if (!date.ok()) return std::nullopt;
  const std::chrono::sys_seconds midnight{std::chrono::sys_days(date)};
  if (text.size() == 10) return midnight;
  const auto hour = number(text, 11, 2, 23);
  const auto minute = number(text, 14, 2, 59);
  const auto second = number(text, 17, 2, 60);
  const bool fits = hour && minute && second && (text[10] == 'T' || text[10] == ' ') && text[13] == ':' &&
                    text[16] == ':' && (text.size() == 19 || text.substr(19) == "Z");
  if (!fits) return std::nullopt;
  return midnight + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

}  // namespace scop::command
