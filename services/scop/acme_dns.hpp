// The DNS side of `scop acme`: challenges (RFC 8555 8.4) and TLSA records (RFC 6698) at the primary by RFC
// 2136, and whether every authoritative server shows them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cert_roll/state.hpp"
#include "log/log.hpp"
#include "primary/primary.hpp"
#include "scop/acme_world.hpp"

namespace scop::command::acme {

// The TXT set of _acme-challenge.<name> becomes this one record, and every server shows it.
Outcome<> publish_challenge(const World& world, const std::string& name, const std::string& digest);
// … and goes again.
Outcome<> remove_challenge(const World& world, const std::string& name, const std::string& digest);

struct Announcement {
  bool is_shown = false;                // by every server
  bool was_complete = true;             // nothing had to be added
  std::chrono::seconds ttl{0};          // what resolvers may hold of the sets before
  std::vector<std::string> to_publish;  // in the form of a zone file: nobody here may write them
};

// Adds the records of keys_to_publish() where they are missing; a name without any TLSA record gets none but
// for a pair that makes them. Without a key for updates it only looks.
Outcome<Announcement> announce(const World& world, const Pair& pair, const cert_roll::State& state);
// Takes those of keys_to_withdraw() away. Returns what somebody else should remove.
Outcome<std::vector<std::string>> retire(const World& world, const Pair& pair, const cert_roll::State& state);

}  // namespace scop::command::acme
