// What the resolver has done since it started, counted.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "resolver/found.hpp"

namespace scop::resolver {

// Durations by powers of the square root of two, from 0.1 ms to a minute: enough for a median within a fifth.
class Durations {
 public:
  void note(std::chrono::steady_clock::duration took);
  // Milliseconds that this share of them did not pass; 0 where there are none.
  std::uint64_t quantile(double share) const;

 private:
  std::array<std::uint64_t, 40> counts_{};
  std::uint64_t all_ = 0;
};

struct Statistics {
  std::uint64_t look_ups = 0;                         // asked of us, by pipe and by DNS
  std::uint64_t cache_hits = 0;                       // answered from the cache, fresh
  std::uint64_t stale = 0;                            // answered past their TTL
  std::uint64_t joined = 0;                           // waited for a resolution under way
  std::uint64_t resolutions = 0;                      // asked of the library
  std::uint64_t prefetches = 0;                       // of those, renewals before anyone waits
  std::uint64_t timed_out = 0;                        // the asker's time ended first
  std::uint64_t contexts = 0;                         // libunbound's contexts made: start, flushes, reloads
  std::uint64_t secure = 0, insecure = 0, bogus = 0;  // what the resolutions found
  std::uint64_t no_error = 0, nx_domain = 0, serv_fail = 0, other_rcode = 0;
  Durations resolution;

  void note(const Found& found, std::chrono::steady_clock::duration took);
  std::vector<std::pair<std::string, std::uint64_t>> counts() const;
};

}  // namespace scop::resolver
