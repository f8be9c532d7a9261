// TXT records at _smtp._tls: what parses is written and read again: the same.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "dns/rdata.hpp"
#include "tls_report/record.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(tls_report::record_among({std::string(text)}));
  const auto record = tls_report::parse_record(text);
  if (!record) return 0;
  ENSURE(!record->rua.empty() && record->rua.size() <= tls_report::most_uris);
  std::string again = "v=TLSRPTv1";
  for (const auto& uri : record->rua) again += "; rua=" + uri;
  ENSURE(tls_report::parse_record(again) == record);
  if (size < 255) ENSURE(tls_report::record_among({dns::txt_to_rdata(text)}).value() == *record);
  return 0;
}
