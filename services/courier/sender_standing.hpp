// Whether a domain's SPF record (RFC 7208) lets our own mail leave from where it leaves, and what to do where
// it does not. Pure. Who receives our mail judges by the same record: what fails here is refused or binned
// there.
#pragma once

#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "dns/address.hpp"
#include "smtp/reply.hpp"
#include "spf/result.hpp"

namespace scop::courier {

struct SenderStanding {
  bool authorised = true;  // also where nobody can tell now: no mail waits for the DNS
  bool known = true;       // false: nobody can tell now
  std::string why;         // one line, ASCII: which address is missing in which record, and the remedy
  bool operator==(const SenderStanding&) const = default;
};

SenderStanding standing_of(const spf::Verdict& verdict, const dns::Address& address);
smtp::Reply refusal_of(const SenderStanding& standing);  // 451 4.7.23 (RFC 7372 3.3)

// RFC 1918, RFC 4193, RFC 6598 and what never names another host: the world cannot be reached from there.
bool is_private(const dns::Address& address);

// The addresses that the world sees: those configured for the family, else `local`. Empty: `local` is
// private, so there is a NAT whose address nobody told us.
std::vector<dns::Address> seen_from_outside(const dns::Address& local,
                                            const std::vector<dns::Address>& public_addresses);

// What is checked: a null reverse path stands for the HELO name (RFC 7208 2.4).
struct Sender {
  std::string domain;
  bool is_helo = false;
  dns::Address address;
  auto operator<=>(const Sender&) const = default;
};
Sender sender_of(std::string_view reverse_path, std::string_view helo, const dns::Address& address);

// How long a verdict holds, by the smallest TTL of the answers it came from.
std::chrono::seconds life_of(const SenderStanding& standing, std::uint32_t ttl);

// Verdicts of a while ago; the oldest goes where there are too many.
class SenderCache {
 public:
  explicit SenderCache(std::size_t most) : most_(most) {}
  const SenderStanding* find(const Sender& sender, Deadline now) const;
  void keep(const Sender& sender, SenderStanding standing, Deadline until);
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    SenderStanding standing;
    Deadline until;
    std::list<Sender>::iterator age;
  };
  std::size_t most_;
  std::map<Sender, Entry> entries_;
  std::list<Sender> ages_;  // oldest first
};

// Lets the same thing be said once an hour.
class Reminders {
 public:
  explicit Reminders(std::size_t most) : most_(most) {}
  bool due(const std::string& about, Deadline now);

 private:
  std::size_t most_;
  std::map<std::string, Deadline> said_;
};

}  // namespace scop::courier
