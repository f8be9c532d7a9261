#include "scram/server.hpp"

#include "core/base64.hpp"

namespace scop::scram {

Outcome<ClientFirst> accept_first(std::string_view client_first, const Mechanism& mechanism) {
  auto first = parse_client_first(client_first);
  if (!first) return first;
  if (mechanism.plus != (first->binding == ChannelBinding::used)) {
    return failure(ErrorKind::malformed, "the channel binding flag does not fit the mechanism");
  }
  if (first->binding == ChannelBinding::unseen_at_server && mechanism.plus_offered) {
    return failure(ErrorKind::denied,
                   "the client did not see that -PLUS was offered: somebody stands between");
  }
  if (mechanism.plus && (first->binding_name != mechanism.binding_name || mechanism.binding.empty())) {
    return failure(ErrorKind::malformed, "an unsupported channel binding type");
  }
  return first;
}

Begun begin(const ClientFirst& first, const Mechanism& mechanism, std::string_view salt, unsigned iterations,
            std::string_view nonce) {
  Begun begun;
  auto& exchange = begun.exchange;
  exchange.user_name = first.user_name;
  exchange.authorization_name = first.authorization_name;
  exchange.nonce = first.nonce + std::string(nonce);
  exchange.expected_binding = first.gs2_header + (mechanism.plus ? mechanism.binding : "");
  begun.server_first = "r=" + exchange.nonce + ",s=" + to_base64(salt) + ",i=" + std::to_string(iterations);
  exchange.auth_message = first.bare + "," + begun.server_first + ",";
  return begun;
}

Outcome<std::optional<Finished>> finish(const Exchange& exchange, std::string_view client_final,
                                        std::span<const StoredKeys> keys) {
  const auto final = parse_client_final(client_final);
  if (!final) return std::unexpected(final.error());
  if (final->nonce != exchange.nonce)
    return failure(ErrorKind::malformed, "the nonce is of another exchange");
  // A man in the middle holds another TLS connection than the client's: its binding differs.
  if (!equal_in_constant_time(final->channel_binding, exchange.expected_binding)) {
    return failure(ErrorKind::malformed, "the channel binding is of another connection");
  }
  const auto auth_message = exchange.auth_message + final->without_proof;
  std::optional<Finished> found;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!proof_fits(keys[i], final->proof, auth_message) || found) continue;
    found = Finished{.key = i, .server_final = "v=" + to_base64(hmac(keys[i].server_key, auth_message))};
  }
  return found;
}

}  // namespace scop::scram
