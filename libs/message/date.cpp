#include "message/date.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/ascii.hpp"
#include "message/lexer.hpp"

namespace scop::message {

namespace {

using std::chrono::minutes;

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct NamedZone {
  std::string_view name;
  int hours;
};
constexpr std::array named_zones{NamedZone{"UT", 0},   NamedZone{"GMT", 0},  NamedZone{"EST", -5},
                                 NamedZone{"EDT", -4}, NamedZone{"CST", -6}, NamedZone{"CDT", -5},
                                 NamedZone{"MST", -7}, NamedZone{"MDT", -6}, NamedZone{"PST", -8},
                                 NamedZone{"PDT", -7}};

template <std::size_t N>
std::optional<unsigned> index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  for (unsigned i = 0; i < N; ++i) {
    if (ascii::equals_ignoring_case(names.at(i), name)) return i;
  }
  return std::nullopt;
}

std::optional<unsigned> number(Lexer& lexer, std::size_t least, std::size_t most) {
  const auto text = lexer.digits();
  if (text.size() < least || text.size() > most) return std::nullopt;
  return static_cast<unsigned>(*ascii::parse_unsigned(text));
}

//   obs-year: two digits 00-49 are 20xx, 50-99 and three digits add 1900
std::optional<int> year(Lexer& lexer) {
  const auto before = lexer.left();
  const auto value = number(lexer, 2, 4);
  if (!value) return std::nullopt;
  const auto length = before - lexer.left();
  const auto offset = length == 4 ? 0 : length == 2 && *value < 50 ? 2000 : 1900;
  return static_cast<int>(*value) + offset;
}

//   zone = (FWS ( "+" / "-" ) 4DIGIT) / obs-zone         ; unknown names count as "-0000"
std::optional<minutes> zone(Lexer& lexer) {
  const auto word = lexer.atom();
  if (word.empty()) return std::nullopt;
  if (word.front() == '+' || word.front() == '-') {
    const auto digits = word.substr(1);
    const auto value = ascii::parse_unsigned(digits);
    if (digits.size() != 4 || !value || *value % 100 > 59) return std::nullopt;
    const minutes east(static_cast<int>(*value / 100 * 60 + *value % 100));
    return word.front() == '-' ? -east : east;
  }
  if (!std::ranges::all_of(word, ascii::is_alpha)) return std::nullopt;
  for (const auto& named : named_zones) {
    if (ascii::equals_ignoring_case(named.name, word)) return minutes(named.hours * 60);
  }
  return minutes(0);
}

//   time-of-day = hour ":" minute [ ":" second ]
std::optional<std::chrono::seconds> time_of_day(Lexer& lexer) {
  const auto part = [&]() { return lexer.skip_cfws() ? number(lexer, 1, 2) : std::nullopt; };
  const auto hour = part();
  if (!hour || *hour > 23 || !lexer.skip_cfws() || !lexer.take(':')) return std::nullopt;
  const auto minute = part();
  if (!minute || *minute > 59 || !lexer.skip_cfws()) return std::nullopt;
  unsigned second = 0;
  if (lexer.take(':')) {
    const auto value = part();
    if (!value || *value > 60) return std::nullopt;
    second = *value;
  }
  return std::chrono::seconds(*hour * 3600 + *minute * 60 + second);
}

//   day-of-week "," — optional, and its truth is not checked
bool skip_day_of_week(Lexer& lexer) {
  if (!lexer.skip_cfws()) return false;
  if (!ascii::is_alpha(lexer.peek())) return true;
  return index_of(days, lexer.atom()).has_value() && lexer.skip_cfws() && lexer.take(',') &&
         lexer.skip_cfws();
}

std::optional<Date> date_time(Lexer& lexer) {
  if (!skip_day_of_week(lexer)) return std::nullopt;
  const auto day = number(lexer, 1, 2);
  if (!day || !lexer.skip_cfws()) return std::nullopt;
  const auto month = index_of(months, lexer.atom());
  if (!month || !lexer.skip_cfws()) return std::nullopt;
  const auto in_year = year(lexer);
  if (!in_year) return std::nullopt;
  const std::chrono::year_month_day calendar{std::chrono::year(*in_year), std::chrono::month(*month + 1),
                                             std::chrono::day(*day)};
  if (!calendar.ok()) return std::nullopt;
  const auto clock = time_of_day(lexer);
  if (!clock || !lexer.skip_cfws()) return std::nullopt;
  const auto east = zone(lexer);
  if (!east || !lexer.skip_cfws() || !lexer.at_end()) return std::nullopt;
  return Date{std::chrono::sys_days(calendar) + *clock - *east, *east};
}

}  // namespace

Outcome<Date> parse_date(std::string_view value) {
  if (ascii::is_utf8(value)) {
    Lexer lexer(value);
    if (auto date = date_time(lexer)) return *date;
  }
  return failure(ErrorKind::malformed, "not a date: " + ascii::printable(value));
}

std::string format_date(const Date& date) {
  constexpr auto first = std::chrono::sys_days(std::chrono::year(1900) / 1 / 2);
  constexpr auto last = std::chrono::sys_days(std::chrono::year(9999) / 12 / 30);
  const auto zone = std::clamp(date.zone, minutes(-99 * 60), minutes(99 * 60));
  const auto local = std::clamp(std::chrono::floor<std::chrono::seconds>(date.time),
                                first + std::chrono::seconds(0), last + std::chrono::seconds(0)) +
                     zone;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day calendar(day);
  const std::chrono::hh_mm_ss clock(local - day);
  const auto offset = std::abs(zone.count());
  return fmt::format("{}, {} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}",
                     days.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(calendar.day()),
                     months.at(static_cast<unsigned>(calendar.month()) - 1),
                     static_cast<int>(calendar.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count(), zone.count() < 0 ? '-' : '+', offset / 60, offset % 60);
}

}  // namespace scop::message
