// Records of any server, as `scop dns` shows and judges them.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "domain_records/caa.hpp"
#include "domain_records/record.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  for (const auto type :
       {dns::Type::mx, dns::Type::cname, dns::Type::srv, dns::Type::caa, dns::Type::txt, dns::Type::tlsa})
    static_cast<void>(domain_records::zone_text(type, octets));
  for (const auto kind : {domain_records::Kind::spf, domain_records::Kind::dmarc, domain_records::Kind::mx})
    static_cast<void>(domain_records::plays_part(kind, octets));
  if (const auto caa = domain_records::read_caa(octets)) {
    const auto again = domain_records::to_rdata(*caa);
    ENSURE(again && domain_records::read_caa(*again) == caa);
    static_cast<void>(domain_records::issuer_of(*caa));
  }
  if (const auto caa = domain_records::caa_from_text(octets)) ENSURE(domain_records::to_rdata(*caa));
  return 0;
}
