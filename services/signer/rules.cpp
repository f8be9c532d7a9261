#include "signer/rules.hpp"

#include <algorithm>
#include <utility>

#include "core/ascii.hpp"
#include "dns/domain.hpp"
#include "message/address.hpp"
#include "message/content_type.hpp"
#include "signer/limits.hpp"

namespace scop::signer {

namespace {

using Mailboxes = std::vector<message::Mailbox>;

// Strict grammar: what one reader takes for the author must be what every reader takes for the author.
Ruled<Mailboxes> from_of(const message::HeaderView& header) {
  const auto fields = message::find_all(header, "From");
  if (fields.size() != 1) {
    return std::unexpected(refusal(550, "5.6.0", "The message must have exactly one From field"));
  }
  const auto addresses = message::parse_addresses(fields.front()->value, message::AddressForm::strict);
  auto mailboxes = addresses ? message::mailboxes_of(*addresses) : Mailboxes{};
  if (mailboxes.empty()) {
    return std::unexpected(refusal(550, "5.6.0",
                                   "The From field holds no address, or one that is written wrong",
                                   addresses ? "From without a mailbox" : addresses.error().what));
  }
  return mailboxes;
}

Ruled<std::vector<std::string>> domains_of(const Mailboxes& mailboxes) {
  std::vector<std::string> domains;
  for (const auto& mailbox : mailboxes) {
    auto domain = dns::to_a_labels(mailbox.domain);
    if (!domain)
      return std::unexpected(
          refusal(550, "5.6.0", "A From address has no valid domain", domain.error().what));
    if (std::ranges::find(domains, *domain) == domains.end()) domains.push_back(std::move(*domain));
  }
  if (domains.size() > limits::from_domains) {
    return std::unexpected(refusal(550, "5.6.0", "The From field names too many domains"));
  }
  return domains;
}

Ruled<> check_owner(const message::Mailbox& mailbox, const grant::Grant& grant, std::string_view where) {
  const auto address = message::addr_spec(mailbox);
  if (grant::may_send_as(grant, address)) return {};
  const auto shown = ascii::printable(address, 100);
  return std::unexpected(refusal(550, "5.7.1",
                                 "You may not send as <" + shown + "> (" + std::string(where) + ")",
                                 grant.login + " is not " + shown));
}

// RFC 5322 3.6.2: at most one; it is shown as the one who sent ("on behalf of").
Ruled<> check_sender(const message::HeaderView& header, const grant::Grant& grant) {
  const auto fields = message::find_all(header, "Sender");
  if (fields.empty()) return {};
  const auto mailbox = message::parse_mailbox(fields.front()->value, message::AddressForm::strict);
  if (fields.size() > 1 || !mailbox) {
    return std::unexpected(refusal(550, "5.6.0", "The Sender field must be one, with one address"));
  }
  return check_owner(*mailbox, grant, "Sender");
}

// Whoever logged in long ago logs in again; everything else about a grant is no mail client's fault.
Refusal grant_refusal(const v1::Envelope& envelope, std::string_view caller, std::string_view grant_key,
                      Error why) {
  const bool expired = grant::verify(envelope.grant(), grant_key, caller, Time{}).has_value();
  if (expired)
    return refusal(451, "4.7.0", "The login is too old; connect and log in again", std::move(why.what));
  return refusal(550, "5.7.1", "Not authorised to send", std::move(why.what));
}

}  // namespace

bool may_bring(std::string_view caller, const v1::Envelope& envelope) {
  if (caller == "submission") return envelope.role() == v1::ROLE_SUBMITTED;
  if (caller == "verifier") return envelope.role() == v1::ROLE_REPORT;
  if (caller != "relay") return false;
  return envelope.role() == v1::ROLE_FORWARD || envelope.role() == v1::ROLE_REPORT ||
         (envelope.role() == v1::ROLE_BOUNCE && envelope.reverse_path().empty());
}

Ruled<grant::Grant> check_grant(const v1::Envelope& envelope, std::string_view caller,
                                std::string_view grant_key, Time now) {
  auto grant = grant::verify(envelope.grant(), grant_key, caller, now);
  if (!grant) return std::unexpected(grant_refusal(envelope, caller, grant_key, std::move(grant.error())));
  // A read receipt has the null reverse path (RFC 8098 3); its From is checked like any other's.
  if (!envelope.reverse_path().empty() && !grant::may_send_as(*grant, envelope.reverse_path())) {
    const auto shown = ascii::printable(envelope.reverse_path(), 100);
    return std::unexpected(refusal(550, "5.7.1", "You may not send as <" + shown + "> (MAIL FROM)",
                                   grant->login + " is not " + shown));
  }
  return std::move(*grant);
}

Ruled<std::vector<std::string>> check_submitted(const message::HeaderView& header,
                                                const grant::Grant& grant) {
  const auto from = from_of(header);
  if (!from) return std::unexpected(from.error());
  for (const auto& mailbox : *from) {
    if (auto owner = check_owner(mailbox, grant, "From"); !owner)
      return std::unexpected(std::move(owner.error()));
  }
  if (auto sender = check_sender(header, grant); !sender) return std::unexpected(std::move(sender.error()));
  return domains_of(*from);
}

Ruled<> check_forward(const v1::Envelope& envelope, std::string_view domain) {
  const std::string_view path = envelope.reverse_path();
  const auto at = path.rfind('@');
  if (path.empty() || (at != path.npos && ascii::equals_ignoring_case(path.substr(at + 1), domain)))
    return {};
  return std::unexpected(refusal(550, "5.7.1", "A forward leaves with a reverse path of our own"));
}

Ruled<std::vector<std::string>> check_bounce(const message::HeaderView& header, std::string_view postmaster) {
  const auto from = from_of(header);
  if (!from) return std::unexpected(from.error());
  const auto is_postmaster = [&](const message::Mailbox& mailbox) {
    return ascii::equals_ignoring_case(message::addr_spec(mailbox), postmaster) &&
           message::count(header, "Sender") == 0;
  };
  const auto* field = message::find(header, "Content-Type");
  const auto type = field == nullptr ? std::nullopt : message::parse_content_type(field->value);
  if (from->size() != 1 || !is_postmaster(from->front()) || !type || !type->is("multipart", "report")) {
    return std::unexpected(refusal(550, "5.7.1", "Not a delivery status notification of the postmaster's"));
  }
  return domains_of(*from);
}

Ruled<std::vector<std::string>> check_tls_report(const message::HeaderView& header,
                                                 std::string_view reverse_path, std::string_view postmaster) {
  const auto from = from_of(header);
  if (!from) return std::unexpected(from.error());
  const auto address = message::addr_spec(from->front());
  const auto reporter = "noreply-smtp-tls-reporting" +
                        std::string(postmaster.substr(std::min(postmaster.rfind('@'), postmaster.size())));
  const auto* field = message::find(header, "Content-Type");
  const auto type = field == nullptr ? std::nullopt : message::parse_content_type(field->value);
  if (from->size() != 1 || !ascii::equals_ignoring_case(address, reporter) || !reverse_path.empty() ||
      message::count(header, "Sender") > 0 || !type || !type->is("multipart", "report")) {
    return std::unexpected(refusal(550, "5.7.1", "Not a TLS report of this domain's"));
  }
  return domains_of(*from);
}

Ruled<std::vector<std::string>> check_report(const message::HeaderView& header, std::string_view reverse_path,
                                             std::string_view postmaster) {
  const auto from = from_of(header);
  if (!from) return std::unexpected(from.error());
  const auto address = message::addr_spec(from->front());
  const auto reporter =
      "noreply-dmarc" + std::string(postmaster.substr(std::min(postmaster.rfind('@'), postmaster.size())));
  const bool is_ours =
      ascii::equals_ignoring_case(address, postmaster) || ascii::equals_ignoring_case(address, reporter);
  const bool is_own_path = reverse_path.empty() || ascii::equals_ignoring_case(reverse_path, address);
  if (from->size() != 1 || !is_ours || !is_own_path || message::count(header, "Sender") > 0) {
    return std::unexpected(refusal(550, "5.7.1", "Not a report of this domain's"));
  }
  return domains_of(*from);
}

}  // namespace scop::signer
