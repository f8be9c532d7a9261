// SPF records (RFC 7208 4.5, 4.6, 12) ⇄ values. A syntax error anywhere makes the whole record an error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "dns/address.hpp"
#include "spf/macro.hpp"
#include "spf/result.hpp"

namespace scop::spf {

enum class Mechanism : std::uint8_t { all, include, a, mx, ptr, ip4, ip6, exists };

struct Directive {
  Result qualifier = Result::pass;  // pass, fail, softfail, neutral
  Mechanism mechanism = Mechanism::all;
  std::optional<MacroString> domain;  // absent: the domain that is checked
  dns::Address network;               // of ip4 and ip6
  unsigned prefix_v4 = 32;
  unsigned prefix_v6 = 128;
  std::string text;  // as written
  bool operator==(const Directive&) const = default;
};

struct Modifier {
  MacroString domain;
  std::string text;
  bool operator==(const Modifier&) const = default;
};

struct Record {
  std::vector<Directive> directives;  // those behind "all" checked, then dropped
  std::optional<Modifier> redirect;   // dropped where there is an "all"
  std::optional<Modifier> explanation;
  bool operator==(const Record&) const = default;
};

// Whether a TXT record is one: "v=spf1" and then a space or nothing.
bool is_record(std::string_view text);

//   record = "v=spf1" *( 1*SP ( directive / modifier ) ) *SP
Outcome<Record> parse_record(std::string_view text);

}  // namespace scop::spf
