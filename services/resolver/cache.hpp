// The answer cache in front of the library: by name and type, with the validation, bounded in octets, the
// answer longest not asked for goes first. Failures are kept for seconds (RFC 9520), what has expired for a
// while longer, for the time when no server answers (RFC 8767). Time comes as an argument.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "resolver/found.hpp"

namespace scop::resolver {

using Moment = std::chrono::steady_clock::time_point;

// Lower case without the last dot, then the type: what an entry is found by.
std::string cache_key(std::string_view name, dns::Type type);

class Cache {
 public:
  struct Hit {
    std::shared_ptr<const Found> found;
    std::uint32_t ttl = 0;  // seconds that it is good for
    std::uint32_t age = 0;  // seconds since it came
    bool stale = false;
    bool is_last_resort = false;  // stale, and asking again a moment ago was in vain
    bool renew = false;           // said once: fetch it again when it expires
    Moment expires;
  };
  struct Kept {
    std::string key;
    std::shared_ptr<const Found> found;
    std::uint32_t ttl = 0;  // as it came
    Moment expires;
  };

  // `stale` is how long an answer stays behind its TTL.
  Cache(std::size_t most_octets, std::chrono::seconds stale, bool renews);

  std::optional<Hit> find(std::string_view key, Moment now);
  void put(const std::string& key, std::shared_ptr<const Found> found, Moment now);
  // Asking again was in vain: the stale answer serves for 30 s without another attempt (RFC 8767 5).
  void postpone(std::string_view key, Moment now);
  // The answers removed. `type` nullopt: every type; `below`: the names below it too.
  std::size_t flush(std::string_view name, bool below, std::optional<dns::Type> type);
  std::size_t clear();

  // For the cache's file: what is no failure and not beyond use, latest asked for first.
  std::vector<Kept> kept(Moment now) const;
  void restore(Kept kept, Moment now);

  std::size_t entries() const { return places_.size(); }
  std::size_t octets() const { return octets_; }

 private:
  struct Entry {
    Kept kept;
    std::size_t octets = 0;
    unsigned failures = 0;  // one after the other
    bool renewing = false;
    Moment last_resort_until;
  };
  using Entries = std::list<Entry>;
  void insert(Entry entry);
  void erase(Entries::iterator place);
  bool is_gone(const Entry& entry, Moment now) const;

  std::size_t most_;
  std::chrono::seconds stale_;
  bool renews_;
  std::size_t octets_ = 0;
  Entries entries_;                                                 // the latest asked for first
  std::unordered_map<std::string_view, Entries::iterator> places_;  // views into the entries' keys
};

}  // namespace scop::resolver
