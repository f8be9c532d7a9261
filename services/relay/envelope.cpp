#include "envelope.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "crypto/digest.hpp"
#include "limits.hpp"
#include "scop/v1/accounts.pb.h"

namespace scop::relay {

namespace {

bool is_clean_text(std::string_view text, std::size_t most) {
  return text.size() <= most && std::ranges::none_of(text, ascii::is_control);
}

Outcome<> check_recipient(const v1::Recipient& recipient) {
  if (!is_clean_address(recipient.address()))
    return failure(ErrorKind::malformed, "a recipient is no address");
  if (!is_clean_text(recipient.orcpt(), limits::text_octets))
    return failure(ErrorKind::malformed, "an ORCPT is malformed");
  if (recipient.notify() > 15) return failure(ErrorKind::malformed, "a NOTIFY is malformed");
  return {};
}

void add(std::string& out, std::string_view part) {
  out += fmt::format("{}:", part.size());
  out += part;
}

}  // namespace

bool is_clean_address(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == address.size()) return false;
  if (address.size() > limits::address_octets || !ascii::is_utf8(address)) return false;
  const auto domain = address.substr(at + 1);
  const auto local = address.substr(0, at);
  if (std::ranges::any_of(domain, [](char c) {
        return ascii::is_control(c) || c == ' ' || c == '<' || c == '>' || c == '"' || c == '/';
      })) {
    return false;
  }
  if (local.starts_with('"')) {
    if (local.size() < 2 || !local.ends_with('"')) return false;
    return std::ranges::none_of(local, ascii::is_control);
  }
  return std::ranges::none_of(local, [](char c) {
    return ascii::is_control(c) || std::string_view(" <>()[],;:\\\"@").find(c) != std::string_view::npos;
  });
}

Outcome<> check(const v1::Envelope& envelope) {
  if (!Id::from_octets(envelope.id())) return failure(ErrorKind::malformed, "the id is not 16 octets");
  if (envelope.recipients().empty()) return failure(ErrorKind::malformed, "no recipients");
  if (std::cmp_greater(envelope.recipients_size(), limits::recipients)) {
    return failure(ErrorKind::too_large, "too many recipients");
  }
  if (!envelope.reverse_path().empty() && !is_clean_address(envelope.reverse_path())) {
    return failure(ErrorKind::malformed, "the reverse path is no address");
  }
  if (envelope.role() == v1::ROLE_BOUNCE && !envelope.reverse_path().empty()) {
    return failure(ErrorKind::malformed, "a bounce has a reverse path");
  }
  for (const auto* text :
       {&envelope.trace(), &envelope.client_address(), &envelope.client_helo(), &envelope.client_tls(),
        &envelope.envid(), &envelope.protocol(), &envelope.edge_host()}) {
    if (!is_clean_text(*text, limits::text_octets))
      return failure(ErrorKind::malformed, "a text is malformed");
  }
  for (const auto& recipient : envelope.recipients()) {
    if (auto good = check_recipient(recipient); !good) return good;
  }
  return {};
}

std::string edge_of(const v1::Envelope& envelope) {
  switch (envelope.role()) {
    case v1::ROLE_BOUNCE:
    case v1::ROLE_FORWARD:
      return "relay";
    case v1::ROLE_RECEIVED:
      return "receiver";
    case v1::ROLE_REPORT:
      return "verifier";
    default:
      break;
  }
  v1::SignedGrant sealed;
  v1::Grant grant;
  // The signer has verified it; here it only names the edge.
  if (sealed.ParseFromString(envelope.grant()) && grant.ParseFromString(sealed.grant()) &&
      !grant.edge().empty() && is_clean_text(grant.edge(), 60)) {
    return grant.edge();
  }
  return "submission";
}

std::string digest_of(const v1::Envelope& envelope, std::string_view message_sha256) {
  std::string canonical = "scop pass v1";
  add(canonical, envelope.reverse_path());
  add(canonical, envelope.envid());
  add(canonical,
      fmt::format("{} {} {} {} {}", static_cast<int>(envelope.role()), static_cast<int>(envelope.ret()),
                  static_cast<int>(envelope.body()), envelope.smtputf8(), envelope.requiretls()));
  for (const auto& recipient : envelope.recipients()) {
    add(canonical, recipient.address());
    add(canonical, recipient.orcpt());
    add(canonical, fmt::to_string(recipient.notify()));
  }
  add(canonical, message_sha256);
  return crypto::sha256(canonical);
}

QueuedMessage queued_from(const v1::Envelope& envelope, std::string_view origin, Time now) {
  QueuedMessage message;
  message.id = *Id::from_octets(envelope.id());
  message.trace = envelope.trace().empty() ? message.id.text() : envelope.trace();
  message.role = envelope.role();
  message.origin = origin;
  message.received = now;
  message.reverse_path = envelope.reverse_path();
  message.ret = envelope.ret();
  message.envid = envelope.envid();
  message.smtputf8 = envelope.smtputf8();
  message.requiretls = envelope.requiretls();
  for (const auto& recipient : envelope.recipients()) {
    // RFC 5321 4.5.3.1.10 lets a client repeat itself; the recipient gets one copy.
    const auto known = std::ranges::find(message.recipients, recipient.address(), &QueuedRecipient::address);
    if (known != message.recipients.end()) continue;
    QueuedRecipient queued;
    queued.position = std::ssize(message.recipients);
    queued.address = recipient.address();
    queued.notify = recipient.notify();
    queued.orcpt = recipient.orcpt();
    queued.next_attempt = now;
    queued.changed = now;
    message.recipients.push_back(std::move(queued));
  }
  return message;
}

}  // namespace scop::relay
