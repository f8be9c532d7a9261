// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, RFC 9110 5.6.7), and RFC 3339's form of the same.
#pragma once

#include <string>

#include "core/clock.hpp"

namespace scop::http {

std::string format_date(Time time);

// "1994-11-06T08:49:37Z"
std::string format_timestamp(Time time);

}  // namespace scop::http
