// The [receiver] section: where the world hands in mail, and what it may cost. Scores and rates: see
// libs/guests, which decides by them.
#pragma once

#include "settings/public_server.hpp"

namespace scop::settings {

struct Blocklist {
  std::string zone;     // "zen.example"
  unsigned score = 10;  // what a listing weighs
  bool operator==(const Blocklist&) const = default;
};

// What becomes of a client that has sent much spam of late.
enum class SpamHostPolicy { observe, slow, refuse };

struct Receiver : PublicServer {
  Receiver() { connections_per_address = 50; }
  std::vector<std::string> listen{"0.0.0.0:25"};
  std::chrono::milliseconds greeting_delay = std::chrono::seconds(1);
  // Networks that many clients share, or that are ours: never banned, slowed, rated or looked up.
  std::vector<std::string> gateways{"127.0.0.0/8", "::1"};

  // A minute and a client network; bursts of ten times as many. 0: no bound.
  unsigned connections_per_minute = 60;
  unsigned messages_per_minute = 120;
  unsigned recipients_per_minute = 600;
  unsigned errors_per_minute = 20;

  unsigned free_unknown = 3;   // unknown recipients of one session before replies slow down
  unsigned most_unknown = 20;  // … before it ends
  std::chrono::milliseconds longest_delay = std::chrono::seconds(20);
  unsigned ban_after = 3;  // offences within an hour; 0: never
  std::chrono::milliseconds first_ban = std::chrono::minutes(10);
  std::chrono::milliseconds longest_ban = std::chrono::hours(24);

  std::vector<Blocklist> blocklists;
  unsigned blocklist_refuse = 10;  // the sum of scores from which on mail is refused; 0: never
  std::chrono::milliseconds dns_timeout = std::chrono::seconds(5);

  SpamHostPolicy spam_host_policy = SpamHostPolicy::slow;
  unsigned spam_host_refuse =
      99;  // per cent of spam from which on mail is refused under any policy; 0: never

  bool greylisting = false;
  std::chrono::milliseconds greylist_delay = std::chrono::minutes(5);
  std::chrono::milliseconds greylist_window = std::chrono::hours(24);     // for the second try
  std::chrono::milliseconds greylist_keep = std::chrono::hours(24 * 35);  // since the last message

  unsigned max_hops = 50;  // Received fields
};

Receiver read_receiver(const config::Document& document);

}  // namespace scop::settings
