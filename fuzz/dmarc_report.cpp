// Whatever may hold an aggregate report: mail, gzip, zip, XML. What parses is written and read again: the
// same.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "dmarc_report/incoming.hpp"
#include "dmarc_report/packed.hpp"
#include "dmarc_report/parse.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  static_cast<void>(dmarc_report::unzip(octets));
  const auto reports = dmarc_report::reports_in(octets);
  if (!reports) return 0;
  ENSURE(!reports->empty());
  for (const auto& report : *reports) {
    const auto again = dmarc_report::parse_xml(dmarc_report::to_xml(report));
    ENSURE(again && again->rows.size() == report.rows.size() && again->begin == report.begin);
  }
  return 0;
}
