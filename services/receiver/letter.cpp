#include "receiver/letter.hpp"

#include "fixup/long_lines.hpp"
#include "message/header.hpp"

namespace scop::receiver {

std::string protocol_name(bool extended, bool tls, bool smtputf8) {
  if (!extended) return "SMTP";
  return fmt::format("{}{}", smtputf8 ? "UTF8SMTP" : "ESMTP", tls ? "S" : "");
}

std::optional<smtp::Reply> Letter::header(std::string& held, const Id&) {
  const auto header = message::parse_header(held);
  if (!header) return smtp::reply(554, "5.6.0", "Malformed header: " + header.error().what);
  if (message::count(*header, "Received") <= max_hops_) return std::nullopt;
  return smtp::reply(554, "5.4.6", fmt::format("Mail loop: more than {} Received fields", max_hops_));
}

std::optional<smtp::Reply> Letter::long_lines(std::string&) { return fixup::line_too_long(); }

void Letter::complete(v1::Envelope& envelope) const {
  envelope.set_role(v1::ROLE_RECEIVED);
  envelope.set_client_address(origin_.client_address);
  envelope.set_client_name(origin_.client_name);
  envelope.set_client_helo(origin_.helo);
  envelope.set_protocol(protocol_name(origin_.extended, !envelope.client_tls().empty(), envelope.smtputf8()));
  for (const auto& observation : origin_.observations) envelope.add_observations(observation);
}

}  // namespace scop::receiver
