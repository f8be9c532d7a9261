#include "http/date.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace scop::http {

namespace {

constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Civil {
  explicit Civil(Time time)
      : day(std::chrono::floor<std::chrono::days>(time)),
        date(day),
        clock(std::chrono::floor<std::chrono::seconds>(time - day)) {}
  std::chrono::sys_days day;
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::seconds> clock;
};

}  // namespace

std::string format_date(Time time) {
  const Civil civil(time);
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days.at(std::chrono::weekday(civil.day).c_encoding()),
      static_cast<unsigned>(civil.date.day()), months.at(static_cast<unsigned>(civil.date.month()) - 1),
      static_cast<int>(civil.date.year()), civil.clock.hours().count(), civil.clock.minutes().count(),
      civil.clock.seconds().count());
}

std::string format_timestamp(Time time) {
  const Civil civil(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(civil.date.year()),
                     static_cast<unsigned>(civil.date.month()), static_cast<unsigned>(civil.date.day()),
                     civil.clock.hours().count(), civil.clock.minutes().count(),
                     civil.clock.seconds().count());
}

}  // namespace scop::http
