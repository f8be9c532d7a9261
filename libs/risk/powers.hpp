// What somebody who runs code in a daemon can do and what not: worked out from the topology, the files and
// walls as found, and the table of powers.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "risk/facts.hpp"

namespace scop::risk {

// One way to a power.
struct Way {
  enum class Kind : std::uint8_t {
    being,       // `what` is a daemon whose job gives it
    holding,     // … an asset's id
    calling,     // … "accounts scop.v1.Accounts/Authenticate"
    handling,    // … kind of data that passes its pipes: a Data's name
    connecting,  // to the port that MX hosts listen on
    outside,     // to any port that is no pipe's
    escaping,    // the system-call wall is missing
  };
  Kind kind = Kind::being;
  std::string_view what;
  std::string_view because;  // how it gives the power; empty: obvious
};

struct Power {
  std::string_view id;   // "port-25"
  std::string_view can;  // "send mail to the world's MX hosts itself"
  unsigned weight = 1;   // 3: what the mesh is there to prevent
  std::span<const Way> ways;
};

std::span<const Power> powers();

// Why a daemon has a power, as found.
struct Grounds {
  std::string because;
  Source source = Source::configuration;
};
std::optional<Grounds> grounds_of(const Facts& facts, std::string_view daemon, const Power& power);

}  // namespace scop::risk
