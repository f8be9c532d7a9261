// Expanding macro strings (RFC 7208 7.3 and 7.4). What comes out is bounded, however often a record names a
// long macro.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "dns/address.hpp"
#include "spf/macro.hpp"

namespace scop::spf {

struct MacroValues {
  std::string local_part;
  std::string sender_domain;
  std::string domain;  // of the record that is evaluated
  std::string helo;
  std::string receiver;
  std::string validated_name = "unknown";  // %{p}; must be looked up before
  dns::Address client;
  std::chrono::sys_seconds now{};
};

// For a look-up: shortened to 253 octets, without a last dot. nullopt where a local part that is not ASCII
// was to go in: such a term never matches (RFC 8616 4).
std::optional<std::string> expand_domain(const MacroString& string, const MacroValues& values);

// For people: printable ASCII of at most `most` octets, otherwise nullopt.
std::optional<std::string> expand_text(const MacroString& string, const MacroValues& values,
                                       std::size_t most);

}  // namespace scop::spf
