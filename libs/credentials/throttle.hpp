// Guessing made slow: failures are counted per (calling daemon, account). The first few are free, then each
// doubles the wait, up to a bound; one guess at a time. Never counted by an address that a caller merely
// claims. Time is an argument. Memory is bounded: of the longest untouched counts the oldest goes.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.hpp"

namespace scop::credentials {

struct ThrottleRules {
  unsigned free_failures = 5;
  std::chrono::seconds first_wait{1};
  std::chrono::seconds longest_wait{300};
  std::chrono::seconds forgotten_after{3600};  // without a failure
  std::size_t most_counts = 100'000;
};

class Throttle {
 public:
  explicit Throttle(ThrottleRules rules) : rules_(rules) {}

  // Zero: go on, and say succeeded(), failed() or gave_up() afterwards. Else: come back then.
  std::chrono::seconds begin(std::string_view daemon, std::string_view login, Deadline now);
  void succeeded(std::string_view daemon, std::string_view login);
  void failed(std::string_view daemon, std::string_view login, Deadline now);
  void gave_up(std::string_view daemon,
               std::string_view login);  // nothing was learnt: the store was unavailable

  // How long one would have to wait, without beginning.
  std::chrono::seconds wait(std::string_view daemon, std::string_view login, Deadline now) const;
  std::size_t size() const { return counts_.size(); }

 private:
  struct Count {
    std::string key;
    unsigned failures = 0;
    unsigned under_way = 0;
    Deadline latest{};
    Deadline next{};
  };
  using Order = std::list<Count>;  // the latest touched first

  Count& touch(std::string_view daemon, std::string_view login);
  Count* find(std::string_view daemon, std::string_view login);
  std::chrono::seconds wait_of(const Count& count, Deadline now) const;
  void ended(Count& count) const;

  ThrottleRules rules_;
  Order order_;
  std::unordered_map<std::string, Order::iterator> counts_;
};

}  // namespace scop::credentials
