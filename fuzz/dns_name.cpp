// Names in both directions: what is read can be written again, and is the same.
#include <cstdint>
#include <string_view>

#include "core/ensure.hpp"
#include "dns/address.hpp"
#include "dns/domain.hpp"
#include "dns/name.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop::dns;
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  if (const auto name = name_from_wire(octets)) {
    ENSURE(octets.size() <= longest_name);
    ENSURE(name_to_wire(*name) == octets);
  }
  if (const auto wire = name_to_wire(octets)) {
    const auto back = name_from_wire(*wire);
    ENSURE(back && name_to_wire(*back) == wire);
  }
  if (const auto domain = to_a_labels(octets)) {
    ENSURE(domain->size() <= 253);
    ENSURE(to_a_labels(*domain) == domain);
    ENSURE(name_to_wire(*domain).has_value());
  }
  to_u_labels(octets);
  if (const auto address = Address::from_text(octets)) ENSURE(Address::from_text(address->text()) == address);
  Address::from_literal(octets);
  return 0;
}
