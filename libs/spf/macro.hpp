// Macro strings (RFC 7208 7.1) as values. Strict: one bad "%" spoils the whole string.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace scop::spf {

struct MacroPart {
  std::string literal;  // where letter is 0
  char letter = 0;      // of "slodiphcrtv", lower case
  bool url_escape = false;
  unsigned keep = 0;  // right-hand parts; 0: all
  bool reverse = false;
  std::string delimiters = ".";
  bool operator==(const MacroPart&) const = default;
};

struct MacroString {
  std::vector<MacroPart> parts;
  bool uses(std::string_view letters) const;
  bool operator==(const MacroString&) const = default;
};

//   macro-string   = *( macro-expand / macro-literal )
//   macro-expand   = ( "%{" macro-letter transformers *delimiter "}" ) / "%%" / "%_" / "%-"
//   macro-literal  = %x21-24 / %x26-7E
Outcome<MacroString> parse_macro_string(std::string_view text);

//   domain-spec    = macro-string ( ( "." toplabel [ "." ] ) / macro-expand )
// The letters c, r and t are refused: they belong into explanations alone (7.2).
Outcome<MacroString> parse_domain_spec(std::string_view text);

//   explain-string = *( macro-string / SP )
Outcome<MacroString> parse_explanation(std::string_view text);

}  // namespace scop::spf
