// The MTA-STS policies of the domains that we have sent to (RFC 8461 3.3, 5.1, 10.2): each holds until its
// max_age is over, whatever the DNS says meanwhile. Bounded in count and octets; who expires first goes
// first. A value with a text form: where it is kept, and when policies are fetched, is the caller's.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "mta_sts/policy.hpp"

namespace scop::mta_sts {

struct Known {
  std::string id;
  Time fetched;
  Policy policy;
  Time expires() const { return fetched + std::chrono::seconds(policy.max_age); }
  bool operator==(const Known&) const = default;
};

class Cache {
 public:
  struct Bounds {
    std::size_t domains = 50'000;
    std::size_t octets = 32U << 20U;  // of names, patterns and ids
  };
  Cache() = default;
  explicit Cache(Bounds bounds) : bounds_(bounds) {}

  // nullptr: none, or it has expired.
  const Known* find(std::string_view domain, Time now) const;
  // What had expired by then goes.
  void keep(std::string domain, Known known, Time now);
  // Those with half of their max_age over (10.2), the next to expire first.
  std::vector<std::string> ageing(Time now, std::size_t most) const;
  std::size_t size() const { return known_.size(); }

  // Lines; strict to read: anything odd, or a missing end, is an error, and what is left over the bounds
  // goes.
  std::string to_text() const;
  static Outcome<Cache> from_text(std::string_view text, Time now, Bounds bounds);
  static Outcome<Cache> from_text(std::string_view text, Time now) { return from_text(text, now, Bounds()); }

 private:
  using Entries = std::map<std::string, Known, std::less<>>;
  void drop(Entries::iterator entry);
  Bounds bounds_;
  Entries known_;
  std::set<std::pair<Time, std::string>> by_expiry_;
  std::size_t octets_ = 0;
};

}  // namespace scop::mta_sts
