// Times of reports (RFC 3339) and of the command line: what is read is written so that it is read as the same
// second; both readers agree where both take it.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "scop/time_option.hpp"
#include "tls_report/timestamp.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto seconds = tls_report::parse_timestamp(text);
  constexpr std::int64_t year_9999 = 253'402'300'799;
  if (seconds && *seconds >= 0 && *seconds <= year_9999) {
    ENSURE(tls_report::parse_timestamp(tls_report::format_timestamp(*seconds)) == seconds);
  }
  const auto time = command::parse_time(text);
  if (time && seconds) ENSURE(time->time_since_epoch().count() == *seconds);
  if (time && time->time_since_epoch().count() >= 0) {
    const auto again = command::parse_time(tls_report::format_timestamp(time->time_since_epoch().count()));
    ENSURE(again == time || time->time_since_epoch().count() > year_9999);
  }
  return 0;
}
