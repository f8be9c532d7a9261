// Addresses of From, Sender, Reply-To, To, Cc and Bcc (RFC 5322 3.4, RFC 6532, groups in From by RFC 6854).
// Bounded in depth and count. Never repairs: what the grammar does not take is malformed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace scop::message {

inline constexpr std::size_t most_mailboxes = 2'000;  // per field

struct Mailbox {
  std::string display_name;  // quotes and comments removed, encoded words left as they are
  std::string local_part;    // quotes removed
  std::string domain;        // as written; a domain-literal with its brackets
  bool operator==(const Mailbox&) const = default;
};

//   address = mailbox / group
struct Address {
  bool is_group = false;
  std::string group_name;
  std::vector<Mailbox> mailboxes;  // one, or the group's (perhaps none)
  bool operator==(const Address&) const = default;
};

enum class AddressForm {
  strict,    // RFC 5322 3.4, and the dots in display names that everyone writes
  obsolete,  // RFC 5322 4.4 too: routes, white space around dots, empty list members
};

// The field's value with or without folding. malformed, too_large.
Outcome<std::vector<Address>> parse_addresses(std::string_view value,
                                              AddressForm form = AddressForm::obsolete);

// Exactly one mailbox: Sender.
Outcome<Mailbox> parse_mailbox(std::string_view value, AddressForm form = AddressForm::obsolete);

// addr-spec alone, without angle brackets, comments or white space: "user@example.org".
Outcome<Mailbox> parse_addr_spec(std::string_view text);

// All mailboxes in order, those of groups too.
std::vector<Mailbox> mailboxes_of(const std::vector<Address>& addresses);

// local-part "@" domain, the local-part quoted where it is no dot-atom.
std::string addr_spec(const Mailbox& mailbox);

// For fields that we write: `"Display, Name" <user@example.org>`; a name outside ASCII as RFC 2047 encoded
// words.
std::string to_text(const Mailbox& mailbox);

}  // namespace scop::message
