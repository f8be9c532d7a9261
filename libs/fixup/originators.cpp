#include "fixup/originators.hpp"

#include "core/ascii.hpp"
#include "message/address.hpp"

namespace scop::fixup {

namespace {

std::unexpected<smtp::Reply> refuse(std::string text) {
  return std::unexpected(smtp::reply(554, "5.6.0", std::move(text)));
}

}  // namespace

std::expected<std::vector<std::string>, smtp::Reply> find_originators(const message::HeaderView& header) {
  const auto* from = message::find(header, "From");
  if (from == nullptr) return refuse("Message has no From field");
  // Strict, as the signer reads it: whom one reader takes for the author, every reader must.
  const auto addresses = message::parse_addresses(from->value, message::AddressForm::strict);
  if (!addresses) return refuse("From field is not a list of addresses");
  const auto mailboxes = message::mailboxes_of(*addresses);
  if (mailboxes.empty()) return refuse("From field has no address");
  std::vector<std::string> found;
  for (const auto& mailbox : mailboxes) found.push_back(message::addr_spec(mailbox));

  const auto* sender = message::find(header, "Sender");
  if (sender == nullptr) {
    // RFC 5322 3.6.2: MUST then be there.
    if (mailboxes.size() > 1)
      return refuse("From field has several addresses, and no Sender field says who sends");
    return found;
  }
  const auto mailbox = message::parse_mailbox(sender->value, message::AddressForm::strict);
  if (!mailbox) return refuse("Sender field is not one address");
  found.push_back(message::addr_spec(*mailbox));
  return found;
}

}  // namespace scop::fixup
