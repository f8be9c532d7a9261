#include "verify/authors.hpp"

#include <algorithm>

#include "message/address.hpp"

namespace scop::verify {

std::vector<std::string> author_domains(const message::HeaderView& header) {
  std::vector<std::string> domains;
  for (const auto* field : message::find_all(header, "From")) {
    const auto addresses = message::parse_addresses(field->value);
    const auto mailboxes = addresses ? message::mailboxes_of(*addresses) : std::vector<message::Mailbox>{};
    if (mailboxes.empty()) domains.emplace_back();
    for (const auto& mailbox : mailboxes) {
      if (std::ranges::find(domains, mailbox.domain) == domains.end()) domains.push_back(mailbox.domain);
    }
  }
  return domains;
}

}  // namespace scop::verify
