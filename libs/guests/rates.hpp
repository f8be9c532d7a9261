// How much one client network may do in a minute: connections, messages, recipients, errors; each a token
// bucket that holds ten minutes' worth. Memory is bounded: of the longest untouched networks the oldest goes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/clock.hpp"
#include "core/recent.hpp"

namespace scop::guests {

enum class Kind : std::uint8_t { connection, message, recipient, error };

struct RateRules {
  std::array<unsigned, 4> per_minute{60, 120, 600, 20};  // by Kind; 0: no bound
  unsigned burst = 10;                                   // minutes' worth
  std::size_t most_networks = 100'000;
};

class Rates {
 public:
  explicit Rates(RateRules rules) : rules_(rules), entries_(rules.most_networks) {}

  // False: one too many; nothing is taken then.
  bool take(const std::string& network, Kind kind, Deadline now);
  // Errors are counted when they have happened: the bucket may go below nothing, by as much as it holds.
  void charge(const std::string& network, Kind kind, unsigned count, Deadline now);
  bool is_spent(const std::string& network, Kind kind, Deadline now);
  std::size_t size() const { return entries_.size(); }

 private:
  struct Bucket {
    double left = 0;
    Deadline latest{};
  };
  using Buckets = std::array<Bucket, 4>;

  Buckets full(Deadline now) const;
  Bucket& refilled(const std::string& network, Kind kind, Deadline now);
  double most(Kind kind) const;

  RateRules rules_;
  Recent<Buckets> entries_;  // by network
};

}  // namespace scop::guests
