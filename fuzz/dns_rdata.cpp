// RDATA of every type; the first octet chooses. What reads well is written again and is the same.
#include <cstdint>
#include <string_view>

#include "core/ensure.hpp"
#include "dns/rdata.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop::dns;
  if (size == 0) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto rdata = octets.substr(1);
  const auto text = rdata_text(static_cast<Type>(octets[0]), rdata);
  for (const char c : text) ENSURE(c >= 0x20 && c < 0x7f);
  if (const auto mx = read_mx(rdata)) ENSURE(to_rdata(*mx) == rdata);
  if (const auto tlsa = read_tlsa(rdata)) ENSURE(to_rdata(*tlsa) == rdata);
  if (const auto a = read_a(rdata)) ENSURE(a->octets() == rdata);
  if (const auto aaaa = read_aaaa(rdata)) ENSURE(aaaa->octets() == rdata);
  read_txt(rdata);
  read_soa(rdata);
  read_srv(rdata);
  return 0;
}
