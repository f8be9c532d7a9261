// Dates of Date, Resent-Date and Received (RFC 5322 3.3; two- and three-digit years and named zones by 4.3).
#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/error.hpp"

namespace scop::message {

struct Date {
  Time time;                     // UTC
  std::chrono::minutes zone{0};  // east of UTC; what the writer's clock showed
  bool operator==(const Date&) const = default;
};

// The field's value, folded or not. malformed: not a date, or a day that no calendar has.
Outcome<Date> parse_date(std::string_view value);

// "Fri, 21 Nov 1997 09:55:06 -0600"; years 1900 to 9999, others are clamped.
std::string format_date(const Date& date);
inline std::string format_date(Time time) { return format_date(Date{time, std::chrono::minutes(0)}); }

}  // namespace scop::message
