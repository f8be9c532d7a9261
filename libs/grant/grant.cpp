#include "grant/grant.hpp"

#include <sodium.h>

#include "core/ensure.hpp"
#include "scop/v1/accounts.pb.h"

namespace scop::grant {

namespace {

using namespace std::string_view_literals;

// Separates these signatures from any other that the key might ever make.
constexpr std::string_view signed_context = "scop grant v1\0"sv;

const unsigned char* octets_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string what_is_signed(std::string_view grant) { return std::string(signed_context).append(grant); }

Outcome<Grant> parse_grant(std::string_view octets) {
  v1::Grant message;
  if (!message.ParseFromArray(octets.data(), static_cast<int>(octets.size()))) {
    return failure(ErrorKind::malformed, "the signed octets are no grant");
  }
  if (message.login().empty()) return failure(ErrorKind::malformed, "a grant without login");
  if (static_cast<std::size_t>(message.send_as_size()) > most_addresses) {
    return failure(ErrorKind::too_large, "a grant with too many addresses");
  }
  return Grant{.login = message.login(),
               .send_as = {message.send_as().begin(), message.send_as().end()},
               .expires = std::chrono::sys_seconds(std::chrono::seconds(message.expires())),
               .edge = message.edge()};
}

}  // namespace

std::string sign(const Grant& grant, const Secret& secret_key) {
  ENSURE(secret_key.reveal().size() == crypto_sign_SECRETKEYBYTES);
  v1::Grant message;
  message.set_login(grant.login);
  for (const auto& address : grant.send_as) message.add_send_as(address);
  message.set_expires(grant.expires.time_since_epoch().count());
  message.set_edge(grant.edge);

  v1::SignedGrant out;
  out.set_grant(message.SerializeAsString());
  const auto text = what_is_signed(out.grant());
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, octets_of(text),
                       text.size(), octets_of(secret_key.reveal()));
  out.set_signature(signature);
  return out.SerializeAsString();
}

Outcome<Grant> verify(std::string_view octets, std::string_view public_key, std::string_view edge, Time now) {
  if (octets.size() > most_octets) return failure(ErrorKind::too_large, "a grant of too many octets");
  v1::SignedGrant message;
  if (!message.ParseFromArray(octets.data(), static_cast<int>(octets.size()))) {
    return failure(ErrorKind::malformed, "not a signed grant");
  }
  if (public_key.size() != crypto_sign_PUBLICKEYBYTES) {
    return failure(ErrorKind::broken, "the grant's public key has not 32 octets");
  }
  const auto text = what_is_signed(message.grant());
  if (message.signature().size() != crypto_sign_BYTES ||
      crypto_sign_verify_detached(octets_of(message.signature()), octets_of(text), text.size(),
                                  octets_of(public_key)) != 0) {
    return failure(ErrorKind::denied, "the grant's signature is not of accounts");
  }
  auto grant = parse_grant(message.grant());
  if (!grant) return grant;
  if (grant->edge != edge)
    return failure(ErrorKind::denied, "the grant was made for another daemon: " + grant->edge);
  if (grant->expires <= now) return failure(ErrorKind::denied, "the grant has expired");
  return grant;
}

}  // namespace scop::grant
