// Clients that are sent away for a while: after so many offences within an hour, each further ban twice as
// long. Whoever is a declared gateway can commit no offence. Memory is bounded; a restart forgets.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "core/clock.hpp"
#include "core/recent.hpp"
#include "guests/guest.hpp"

namespace scop::guests {

enum class Offence : std::uint8_t { early_talk, name_fishing, errors, smuggling };
std::string_view name_of(Offence offence);

struct BanRules {
  unsigned after = 3;  // offences within an hour; 0: never
  std::chrono::milliseconds first = std::chrono::minutes(10);
  std::chrono::milliseconds longest = std::chrono::hours(24);
  std::size_t most_hosts = 100'000;
};

class Bans {
 public:
  explicit Bans(BanRules rules) : rules_(rules), records_(rules.most_hosts) {}

  // How long the guest is still banned; zero: it is welcome.
  std::chrono::seconds left(const Guest& guest, Deadline now) const;
  // How long it is banned for that; zero: not for this one.
  std::chrono::seconds offend(const Guest& guest, Deadline now);
  std::size_t size() const { return records_.size(); }

 private:
  struct Record {
    unsigned offences = 0;
    unsigned bans = 0;
    Deadline latest{};  // offence
    Deadline until{};
  };

  BanRules rules_;
  Recent<Record> records_;  // by host
};

}  // namespace scop::guests
