// Reverse-path, forward-path and Mailbox (RFC 5321 4.1.2, RFC 6531 3.3); source routes are read and dropped.
//   Path    = "<" [ A-d-l ":" ] Mailbox ">"
//   Mailbox = Local-part "@" ( Domain / address-literal )
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::smtp {

// The local part is kept without quotes and backslashes; both parts empty: the null reverse-path "<>".
// A local part "postmaster" without a domain is the forward-path of RFC 5321 4.1.1.3.
struct Path {
  std::string local_part;
  std::string domain;  // as sent; an address literal with its brackets

  bool is_null() const { return local_part.empty() && domain.empty(); }
  std::string address() const;  // "a@b", the local part quoted where it must be; empty for the null path
  std::string text() const;     // the same in angle brackets
  bool needs_smtputf8() const;
  bool operator==(const Path&) const = default;
};

// Reads one path from the front of `text` and removes it.
Outcome<Path> take_reverse_path(std::string_view& text);
Outcome<Path> take_forward_path(std::string_view& text);

// A whole Mailbox without angle brackets.
Outcome<Path> parse_mailbox(std::string_view text);

// Domain of RFC 5321 4.1.2, U-labels allowed (RFC 6531 3.3); without address literals.
bool is_domain(std::string_view text);
// "[192.0.2.1]", "[IPv6:2001:db8::1]" or "[tag:content]"; addresses are checked, tags are not known.
bool is_address_literal(std::string_view text);

}  // namespace scop::smtp
