// A question's way: the cache; a resolution under way for the same question; a new one. Renews what is asked
// for often before it is missed, and falls back to what has expired where the world does not answer in time
// (RFC 8767).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "log/log.hpp"
#include "resolver/cache.hpp"
#include "resolver/library.hpp"
#include "resolver/statistics.hpp"

namespace scop::resolver {

struct Resolved {
  std::shared_ptr<const Found> found;
  std::uint32_t ttl = 0;
  std::uint32_t age = 0;  // seconds off each TTL of the packet
  bool stale = false;

  std::optional<std::uint16_t> extended_error() const;  // that it is stale, or why it failed
};

class Resolution {
 public:
  Resolution(asio::io_context& io, const Log& log, Library& library, Cache& cache,
             std::chrono::milliseconds timeout);

  // From the cache, where it has a fresh answer: nothing is waited for.
  std::optional<Resolved> at_once(const std::string& name, dns::Type type);
  // Never fails: what goes wrong is SERVFAIL and its reason. `at_once` was asked before.
  Task<Resolved> look_up(std::string name, dns::Type type, Deadline deadline);

  // The cache is being emptied, or the library changed: nobody joins, and nothing is kept of, what is under
  // way.
  void forget() { pending_.clear(), ++generation_; }
  void set_timeout(std::chrono::milliseconds timeout) { timeout_ = timeout; }
  std::size_t under_way() const { return pending_.size(); }
  Statistics& statistics() { return statistics_; }

 private:
  struct Pending {
    std::shared_ptr<const Found> found;
    std::vector<Timer*> waiting;
  };
  std::shared_ptr<Pending> begin(const std::string& key, std::string name, dns::Type type);
  Task<> resolve(std::string key, std::string name, dns::Type type, std::shared_ptr<Pending> pending);
  Task<> renew(std::string key, std::string name, dns::Type type, Moment expires);
  void keep(const std::string& key, const std::shared_ptr<const Found>& found);
  Task<> wait(Pending& pending, Deadline deadline);

  asio::io_context& io_;
  const Log& log_;
  Library& library_;
  Cache& cache_;
  std::chrono::milliseconds timeout_;
  std::unordered_map<std::string, std::shared_ptr<Pending>> pending_;
  std::uint64_t generation_ = 0;
  std::size_t renewals_ = 0;
  Statistics statistics_;
};

}  // namespace scop::resolver
