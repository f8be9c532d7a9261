// Publishes key records at the primary DNS (RFC 2136 over TCP, TSIG) and goes on trying until it has them
// all.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "asio/task.hpp"
#include "log/log.hpp"
#include "primary/primary.hpp"

namespace scop::signer {

struct Primary {
  primary::Server server;
  std::string zone;  // empty: each signing domain is a zone of its own
  std::uint32_t ttl = 3600;
};

struct KeyToPublish {
  std::string domain;
  std::string selector;
  std::string record;
};

class Publisher {
 public:
  // Without a primary it only says so.
  Publisher(asio::io_context& io, const Log& log, std::optional<Primary> primary);
  ~Publisher();

  // From now on these, not tried yet; what was under way ends.
  void use(std::vector<KeyToPublish> keys);
  // Tries each that is not published until the primary has taken it.
  void start();
  // One round over the keys of `domain` (empty: all), as far as the deadline lets it.
  Task<> publish_once(std::string domain, Deadline deadline);
  void stop();

  // "yes", "no: <reason>", "no primary configured"
  std::string state_of(const std::string& domain, const std::string& selector) const;

 private:
  struct State;
  static Task<> loop(std::shared_ptr<State> state, unsigned generation);
  static Task<> attempt(std::shared_ptr<State> state, KeyToPublish key);
  std::shared_ptr<State> state_;
};

}  // namespace scop::signer
