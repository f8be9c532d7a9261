// The counters and rules that all sessions share, made from the settings; the decisions are libs/guests'.
#pragma once

#include <optional>
#include <vector>

#include "guests/bans.hpp"
#include "guests/greylist.hpp"
#include "guests/rates.hpp"
#include "guests/standing.hpp"
#include "guests/tar_pit.hpp"
#include "settings/receiver.hpp"

namespace scop::receiver {

struct Defences {
  explicit Defences(const settings::Receiver& settings);
  guests::Gateways gateways;  // the proxies too
  guests::Rates rates;
  guests::Bans bans;
  std::optional<guests::Greylist> greylist;
  guests::TarPitRules tar_pit;
  guests::StandingRules standing;
  std::vector<guests::Blocklist> blocklists;
};

}  // namespace scop::receiver
