// Keeps the keys of all domains going: one loop that attends to each domain when its time or the operator
// calls, and tries again where the DNS or the disk has refused.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "signer/domain_keys.hpp"
#include "signer/key_ring.hpp"

namespace scop::signer {

struct KeeperSettings {
  std::filesystem::path folder;
  key_life::Schedule schedule;
  std::chrono::milliseconds margin{};
  std::chrono::seconds ttl{};
};

class KeyKeeper {
 public:
  // `changed`: other keys sign from now on.
  KeyKeeper(asio::io_context& io, const Log& log, KeeperSettings settings, std::optional<Primary> primary,
            std::vector<net::Endpoint> watched, std::function<void()> changed);
  KeyKeeper(const KeyKeeper&) = delete;
  KeyKeeper& operator=(const KeyKeeper&) = delete;
  ~KeyKeeper();

  // Which files there are now, and of those that could be read, their keys. Says on the ring which of them
  // sign.
  void take_stock(KeyRing& ring);
  void start();  // inside the jail
  void wake();   // attend to all soon
  void stop();

  // Every domain between two keys: nothing signs now, something will soon.
  std::vector<std::string> between_keys() const;
  struct DomainStanding {
    std::string domain;
    std::string frozen;
    std::vector<KeyStanding> keys;
  };
  std::vector<DomainStanding> standings(const std::string& domain) const;  // empty: all

  // Looks at every record of `domain` (empty: all) once more, as far as the deadline lets it.
  Task<> publish(std::string domain, Deadline deadline);
  // Empty: done, written, and new keys are made. Else what was not, and why.
  Task<std::string> rotate(std::string domain, RotationOrder order, Deadline deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace scop::signer
