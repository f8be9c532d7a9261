// Dates: what is read is written so that it is read as the same time.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "message/date.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto date = message::parse_date({reinterpret_cast<const char*>(data), size});
  if (!date) return 0;
  const auto again = message::parse_date(message::format_date(*date));
  ENSURE(again);
  constexpr auto first = std::chrono::sys_days(std::chrono::year(1901) / 1 / 1);
  constexpr auto last = std::chrono::sys_days(std::chrono::year(9999) / 12 / 1);
  if (date->time >= first && date->time <= last)
    ENSURE(again->time == date->time && again->zone == date->zone);
  return 0;
}
