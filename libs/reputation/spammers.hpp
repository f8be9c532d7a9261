// The frequent-spammer list: how many of a client's messages were judged spam of late, by address (IPv6: its
// /64, which is what one client gets), by network (/24, /48) and by sender domain. Counts halve with every
// half-life; it says "spammer" only where there is evidence enough, and never of a declared gateway, which
// brings other people's mail. A sender domain is counted together with the network that it came from: anyone
// can write it into an envelope, and so blacken nobody else's.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/clock.hpp"
#include "reputation/network.hpp"

namespace scop::reputation {

struct Policy {
  std::chrono::milliseconds half_life = std::chrono::days{7};
  double spammer_share = 0.95;   // of spam among what was counted
  double good_share = 0.05;      // at most
  double address_evidence = 10;  // messages, decayed, before anything is said
  double network_evidence = 50;
  double sender_evidence = 10;
  double redeemed_by = 3;  // ham messages of an address that its network's standing does not touch
  std::size_t entries = 100'000;
  std::vector<Network> gateways;
};

enum class Standing { unknown, good, spammer };

struct Judgement {
  Standing standing = Standing::unknown;
  double share = 0;    // of spam, 0 to 1
  std::string reason;  // "198.51.100.0/24: 41 of 42 messages of late were spam"; empty where unknown
};

// What is kept of one key: "198.51.100.7", "198.51.100.0/24", "example.org via 198.51.100.0/24".
struct Counts {
  double ham = 0;  // messages, decayed until `at`
  double spam = 0;
  Time at{};
  bool operator==(const Counts&) const = default;
};

class Spammers {
 public:
  explicit Spammers(Policy policy) : policy_(std::move(policy)) {}

  // One message was judged. A domain that is empty (null reverse path) or too long is not counted.
  void note(const dns::Address& client, std::string_view sender_domain, bool spam, Time now);
  // The address's own standing, else its network's.
  Judgement of_client(const dns::Address& client, Time now) const;
  Judgement of_sender(const dns::Address& client, std::string_view sender_domain, Time now) const;

  // For its keeper on disk: what has been changed or dropped since the last call, and what was there.
  struct Change {
    std::string key;
    Counts counts;
    bool dropped = false;
  };
  std::vector<Change> take_changes();
  void load(std::string key, const Counts& counts);
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Counts counts;
    bool changed = false;
  };
  Counts decayed(const Counts& counts, Time now) const;
  Counts of(const std::string& key, Time now) const;
  Judgement judge(const std::string& key, double evidence, Time now) const;
  void add(const std::string& key, bool spam, Time now);
  void make_room(Time now);
  bool is_gateway(const dns::Address& client) const;

  Policy policy_;
  std::unordered_map<std::string, Entry> entries_;
  std::vector<std::string> dropped_;
};

}  // namespace scop::reputation
