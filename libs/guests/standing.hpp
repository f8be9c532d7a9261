// What is known of a client from elsewhere – blocklists, its name, its record with the spam filter – and what
// follows: refuse, slow down, or only tell the filter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guests/blocklists.hpp"
#include "smtp/reply.hpp"

namespace scop::guests {

enum class SpamHostPolicy : std::uint8_t { observe, slow, refuse };

struct StandingRules {
  unsigned blocklist_refuse = 10;  // sum of scores; 0: never
  SpamHostPolicy spam_host = SpamHostPolicy::slow;
  unsigned spam_host_refuse = 99;  // per cent of spam, under any policy; 0: never
};

struct Reputation {
  bool spammer = false;
  double spam_share = 0;  // 0 to 1
  std::string reason;
};

struct Knowledge {
  const Blocklists* blocklists = nullptr;
  Reputation reputation;   // as it is while nothing is known
  std::string name;        // that iprev confirmed
  std::string_view iprev;  // its result by RFC 8601 2.7.3; empty: not known
};

struct Standing {
  std::optional<smtp::Reply> refusal;
  bool slow = false;
  std::string name;                       // as known
  std::vector<std::string> observations;  // "dnsbl:zen.example", "reputation:spammer", "iprev:fail"
};

Standing standing_of(const Knowledge& knowledge, const StandingRules& rules);

// What HELO says of the one who says it: "helo:bare-ip", "helo:no-dot", "helo:ours", "helo:false-literal".
std::vector<std::string> helo_observations(std::string_view helo, const dns::Address& client,
                                           std::string_view own_host, std::string_view own_domain);

}  // namespace scop::guests
