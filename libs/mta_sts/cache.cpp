#include "mta_sts/cache.hpp"

namespace scop::mta_sts {

namespace {

constexpr std::size_t overhead = 64;  // of an entry, beside its texts

std::size_t octets_of(const std::string& domain, const Known& known) {
  std::size_t octets = overhead + domain.size() + known.id.size();
  for (const auto& pattern : known.policy.mx) octets += pattern.size() + 1;
  return octets;
}

}  // namespace

const Known* Cache::find(std::string_view domain, Time now) const {
  const auto found = known_.find(domain);
  if (found == known_.end() || found->second.expires() <= now) return nullptr;
  return &found->second;
}

void Cache::drop(Entries::iterator entry) {
  octets_ -= octets_of(entry->first, entry->second);
  by_expiry_.erase({entry->second.expires(), entry->first});
  known_.erase(entry);
}

void Cache::keep(std::string domain, Known known, Time now) {
  if (const auto old = known_.find(domain); old != known_.end()) drop(old);
  if (known.expires() <= now) return;
  octets_ += octets_of(domain, known);
  by_expiry_.insert({known.expires(), domain});
  known_.emplace(std::move(domain), std::move(known));
  while (!by_expiry_.empty() &&
         (by_expiry_.begin()->first <= now || known_.size() > bounds_.domains || octets_ > bounds_.octets)) {
    drop(known_.find(by_expiry_.begin()->second));
  }
}

std::vector<std::string> Cache::ageing(Time now, std::size_t most) const {
  std::vector<std::string> domains;
  for (const auto& [expires, domain] : by_expiry_) {
    if (domains.size() == most) break;
    const auto& known = known_.find(domain)->second;
    const bool half_over = known.fetched + std::chrono::seconds(known.policy.max_age / 2) <= now;
    if (expires > now && half_over) domains.push_back(domain);
  }
  return domains;
}

}  // namespace scop::mta_sts
