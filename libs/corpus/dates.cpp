#include "corpus/dates.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace scop::corpus {

namespace {

constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct Zone {
  std::string_view name;
  int minutes;
};
// RFC 5322 4.3.
constexpr std::array obsolete_zones{
    Zone{"GMT", 0},    Zone{"UT", 0},     Zone{"EST", -300}, Zone{"EDT", -240}, Zone{"CST", -360},
    Zone{"CDT", -300}, Zone{"MST", -420}, Zone{"MDT", -360}, Zone{"PST", -480}, Zone{"PDT", -420}};
constexpr std::array offsets{0, 60, 120, 180, 330, 345, 480, 540, 570, 780, -180, -210, -300, -480, -720};

// Two and three digits: RFC 5322 4.3.
std::string year_text(Random& random, bool obsolete, int year) {
  if (obsolete && year >= 1950 && year <= 1999 && random.chance(50)) return fmt::format("{:02}", year - 1900);
  if (obsolete && year >= 2000 && year < 2050 && random.chance(50)) return fmt::format("{:02}", year - 2000);
  return std::to_string(year);
}

}  // namespace

ExpectedDate add_date(FieldText& text) {
  auto& random = text.random();
  const bool obsolete = text.manner().obsolete;
  const auto local =
      std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(random.below(2'200'000'000)) -
                                                    (random.chance(5) ? 300'000'000 : -400'000'000)));
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(local - day);
  const bool with_seconds = random.chance(95);
  if (random.chance(90)) {
    text.add(days.at(std::chrono::weekday(day).c_encoding()));
    if (obsolete) text.optional_space(20);
    text.add(",");
    text.space();
  }
  const auto day_number = static_cast<unsigned>(date.day());
  text.add(random.chance(80) ? fmt::format("{:02}", day_number) : fmt::format("{}", day_number));
  text.space();
  text.add(months.at(static_cast<unsigned>(date.month()) - 1));
  text.space();
  text.add(year_text(random, obsolete, static_cast<int>(date.year())));
  text.space();
  text.add(fmt::format("{:02}:{:02}", time.hours().count(), time.minutes().count()));
  if (with_seconds) text.add(fmt::format(":{:02}", time.seconds().count()));
  text.space();
  int minutes = random.pick(offsets);
  if (obsolete && random.chance(50)) {
    const auto& zone = random.pick(obsolete_zones);
    minutes = zone.minutes;
    text.add(zone.name);
  } else {
    text.add(
        fmt::format("{}{:02}{:02}", minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60));
  }
  if (random.chance(20)) {
    text.space();
    text.comment();
  }
  const auto seconds = local.time_since_epoch().count() - (with_seconds ? 0 : time.seconds().count());
  return {seconds - minutes * 60, minutes};
}

}  // namespace scop::corpus
