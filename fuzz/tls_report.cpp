// Whatever may hold a TLS report: mail, gzip, JSON. What parses is written and read again: the same.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "tls_report/incoming.hpp"
#include "tls_report/parse.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto reports = tls_report::reports_in(octets);
  if (!reports) return 0;
  ENSURE(!reports->empty());
  for (const auto& report : *reports) {
    const auto again = tls_report::parse_json(tls_report::to_json(report));
    ENSURE(again && again->policies == report.policies);
  }
  return 0;
}
