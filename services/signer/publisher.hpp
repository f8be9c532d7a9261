// The names of our keys at the DNS: makes the primary answer what is wanted there (RFC 2136 over TCP, TSIG)
// and looks whether every server of the zone does. Touches TXT records at <selector>._domainkey.<domain>
// alone, and none that have changed since it looked.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "asio/task.hpp"
#include "primary/primary.hpp"

namespace scop::signer {

struct Primary {
  primary::Server server;
  std::string zone;  // empty: each signing domain is a zone of its own
  std::uint32_t ttl = 3600;
};

struct KeyName {
  std::string domain;
  std::string selector;
};

// What a name must answer.
struct Wanted {
  std::string record;       // the TXT value; empty: nothing
  bool may_replace = true;  // what is there is ours to replace; false: a new name, where nothing may be
};

class Publisher {
 public:
  // `watched`: servers beside the primary that must answer alike, mostly its secondaries.
  Publisher(Executor executor, std::optional<Primary> primary, std::vector<net::Endpoint> watched)
      : executor_(executor), primary_(std::move(primary)), watched_(std::move(watched)) {}

  bool can_look() const { return primary_ || !watched_.empty(); }

  // A server that does not answer is not asked again before the next round.
  void begin_round() { silent_.clear(); }
  // Empty: every server answers what is wanted. Else why not yet, for people.
  Task<std::string> settle(KeyName name, Wanted wanted);
  // Whether nobody has a record at the name; true also where nobody can be asked.
  Task<bool> is_free(KeyName name);
  // For how long others may remember that there was nothing at the name (RFC 2308 5); `otherwise` where it
  // cannot be learnt.
  Task<std::chrono::seconds> negative_ttl(KeyName name, std::chrono::seconds otherwise);

 private:
  Task<std::string> settle_primary(KeyName name, Wanted wanted);
  Task<Outcome<dns_update::Reply>> ask(net::Endpoint endpoint, std::string name, dns::Type type);
  Task<std::string> change(KeyName name, Wanted wanted, std::vector<std::string> there);

  Executor executor_;
  std::optional<Primary> primary_;
  std::vector<net::Endpoint> watched_;
  std::map<net::Endpoint, std::string> silent_;  // in this round, and what was wrong
};

// Whether the TXT set there does what the wanted record says, also where a person has written it another way.
bool says_the_same(const std::vector<std::string>& rdata, const std::string& wanted);

}  // namespace scop::signer
