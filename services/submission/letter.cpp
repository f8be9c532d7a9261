#include "submission/letter.hpp"

#include "fixup/header.hpp"
#include "fixup/long_lines.hpp"
#include "submission/judge.hpp"

namespace scop::submission {

std::optional<smtp::Reply> Letter::header(std::string& held, const Id& id) {
  auto fixed = fixup::fix_header(held, {world_.edge.host, id.text(), now(), smtputf8_});
  if (!fixed) return std::move(fixed.error());
  if (auto reply = judge_authors(login_, fixed->authors)) return reply;
  changes_ = std::move(fixed->changes);
  held.replace(0, fixed->body, fixed->octets);
  return std::nullopt;
}

std::optional<smtp::Reply> Letter::long_lines(std::string& message) {
  auto shortened = fixup::shorten_lines(message);
  if (!shortened) return std::move(shortened.error());
  if (*shortened != message) changes_.emplace_back("long lines encoded");
  message = std::move(*shortened);
  return std::nullopt;
}

void Letter::complete(v1::Envelope& envelope) const {
  envelope.set_role(v1::ROLE_SUBMITTED);
  envelope.set_grant(login_.signed_grant);
  if (!world_.settings.hide_client_address) {
    envelope.set_client_address(origin_.client_address);
    envelope.set_client_helo(origin_.helo);
  }
  // RFC 3848, RFC 6531 3.7.3; never without TLS and AUTH.
  envelope.set_protocol(envelope.smtputf8() ? "UTF8SMTPSA" : "ESMTPSA");
}

std::string Letter::changes() const { return fmt::format("{}", fmt::join(changes_, ", ")); }

}  // namespace scop::submission
