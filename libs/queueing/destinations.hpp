// Which destination is served next: fair turns between domains, a limit of attempts at a time per next hop
// that grows with success and shrinks with failure, and rests for next hops that do not answer, so that one
// dead MX costs a probe now and then and not an attempt of every message that waits for it. Pure: time is an
// argument.
//
//   waiting ── next() ──▶ under way ── finished(reached) ──▶ limit + 1/limit
//                                   ── finished(busy) ─────▶ limit / 2
//                                   ── finished(unreachable) × 3 ──▶ resting 1 min, doubling to 30 min; then
//                                   one probe
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"

namespace scop::queueing {

struct DestinationLimits {
  unsigned total = 200;  // attempts under way, all destinations
  unsigned first = 5;    // at a time, for a next hop not yet known
  unsigned most = 20;
  unsigned failures = 3;  // in a row, until a next hop rests
  std::chrono::milliseconds first_rest = std::chrono::minutes{1};
  std::chrono::milliseconds longest_rest = std::chrono::minutes{30};
};

enum class Ending {
  reached,      // the next hop took part in the dialogue, whatever it said of the recipients
  busy,         // it told us to come later (421)
  unreachable,  // no connection, no greeting, a dialogue that broke
  unknown,      // the attempt did not happen: nothing is learnt
};

class Destinations {
 public:
  using Work = std::uint64_t;  // the caller's number of an attempt to make
  struct Started {
    std::string domain;
    std::string key;  // to be given back to finished()
    Work work = 0;
  };

  explicit Destinations(DestinationLimits limits) : limits_(limits) {}

  void add(const std::string& domain, Work work);
  // What may start now; nullopt: nothing, until an add() or finished().
  std::optional<Started> next(Deadline now);
  // `key`: what the attempt says the next hop's limit counts by; empty: as before.
  void finished(const Started& started, Ending ending, const std::string& key, Deadline now);

  // Until when the domain's next hop rests; nullopt: it may be tried.
  std::optional<Deadline> resting_until(const std::string& domain, Deadline now) const;
  // Takes everything that waits for the domain: it rests, or the caller drops it.
  std::vector<Work> take_waiting(const std::string& domain);
  // Domains with work waiting whose next hop rests.
  std::vector<std::string> resting_domains(Deadline now) const;
  // Forgets rests: the administrator asks for a retry now.
  void wake_all();

  unsigned under_way() const { return under_way_; }
  std::size_t waiting() const { return waiting_; }

 private:
  struct NextHop {
    double limit = 0;
    unsigned under_way = 0;
    unsigned failures = 0;  // in a row
    std::chrono::milliseconds rest{0};
    Deadline rests_until{};
    std::deque<std::string> blocked;  // domains that wait for room here
  };
  struct Lane {
    std::deque<Work> waiting;
    std::string key;
    bool queued = false;  // in turns_ or in a next hop's blocked
  };

  NextHop& next_hop(const std::string& key);
  bool has_room(const NextHop& hop, Deadline now) const;
  void learn(NextHop& hop, Ending ending, Deadline now);
  void unblock(NextHop& hop, Deadline now);
  void forget_idle(Deadline now);

  DestinationLimits limits_;
  std::map<std::string, Lane> lanes_;
  std::map<std::string, NextHop> hops_;
  std::deque<std::string> turns_;  // domains with waiting work, to be asked in turn
  unsigned under_way_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace scop::queueing
