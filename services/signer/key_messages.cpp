#include "signer/key_messages.hpp"

namespace scop::signer {

namespace {

std::int64_t seconds_of(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::string_view algorithm_of(dkim::KeyType type) {
  return dkim::name_of(type == dkim::KeyType::rsa ? dkim::Algorithm::rsa_sha256
                                                  : dkim::Algorithm::ed25519_sha256);
}

}  // namespace

v1::Key to_proto(const std::string& domain, const KeyStanding& standing) {
  const auto& key = standing.key;
  v1::Key message;
  message.set_domain(domain);
  message.set_selector(key.selector);
  message.set_algorithm(std::string(algorithm_of(key.type)));
  message.set_record(wanted_record(key));
  message.set_published(standing.published);
  message.set_state(std::string(name_of(key.stage)));
  message.set_since(seconds_of(key.since));
  if (standing.next_step) message.set_next_step(seconds_of(*standing.next_step));
  return message;
}

v1::Key to_proto(const OwnKey& key, const std::string& why) {
  v1::Key message;
  message.set_domain(key.domain);
  message.set_selector(key.selector);
  message.set_algorithm(std::string(dkim::name_of(key.key.algorithm())));
  message.set_record(key.key.record());
  message.set_published("no: " + why);
  message.set_state("signing");
  return message;
}

Outcome<RotationOrder> order_of(const v1::RotateRequest& request) {
  RotationOrder order{.compromised = request.now(), .published = request.published()};
  if (order.compromised && order.published)
    return failure(ErrorKind::malformed, "now and published are two different orders");
  if (request.algorithm().empty()) return order;
  for (const auto type : {dkim::KeyType::rsa, dkim::KeyType::ed25519}) {
    if (request.algorithm() == dkim::name_of(type) || request.algorithm() == algorithm_of(type))
      order.type = type;
  }
  if (!order.type) return failure(ErrorKind::malformed, "the algorithm is neither rsa nor ed25519");
  return order;
}

}  // namespace scop::signer
