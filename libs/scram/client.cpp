#include "scram/client.hpp"

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "scram/keys.hpp"
#include "scram/messages.hpp"

namespace scop::scram {

Client::Client(std::string user_name, Secret password, std::string nonce, std::string gs2_flag,
               std::string binding)
    : user_name_(std::move(user_name)),
      password_(std::move(password)),
      nonce_(std::move(nonce)),
      gs2_header_(std::move(gs2_flag) + ",,"),
      binding_(std::move(binding)) {}

std::string Client::bare() const { return "n=" + encode_name(user_name_) + ",r=" + nonce_; }

std::string Client::first() const { return gs2_header_ + bare(); }

Outcome<std::string> Client::answer(std::string_view server_first) {
  const auto parts = ascii::split(server_first, ',');
  if (parts.size() < 3 || !parts[0].starts_with("r=") || !parts[1].starts_with("s=") ||
      !parts[2].starts_with("i=")) {
    return failure(ErrorKind::malformed, "not a server-first-message");
  }
  const auto nonce = parts[0].substr(2);
  if (!nonce.starts_with(nonce_) || nonce.size() == nonce_.size()) {
    return failure(ErrorKind::denied, "the server's nonce is not ours continued");
  }
  const auto salt = from_base64(parts[1].substr(2));
  const auto iterations = ascii::parse_unsigned(parts[2].substr(2));
  if (!salt || salt->empty() || !iterations)
    return failure(ErrorKind::malformed, "no salt or iteration count");
  if (*iterations < least_iterations || *iterations > 10'000'000) {
    return failure(ErrorKind::unsupported, "an iteration count out of bounds");
  }
  const auto without_proof = "c=" + to_base64(gs2_header_ + binding_) + ",r=" + std::string(nonce);
  const auto auth_message = bare() + "," + std::string(server_first) + "," + without_proof;
  const auto salted = salted_password(password_.reveal(), *salt, static_cast<unsigned>(*iterations));
  server_signature_ = hmac(stored_keys(salted).server_key, auth_message);
  return without_proof + ",p=" + to_base64(client_proof(salted, auth_message));
}

bool Client::accepts(std::string_view server_final) const {
  return !server_signature_.empty() && server_final == "v=" + to_base64(server_signature_);
}

}  // namespace scop::scram
