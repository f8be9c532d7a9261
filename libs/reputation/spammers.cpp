#include "reputation/spammers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/ascii.hpp"

namespace scop::reputation {

namespace {

constexpr std::size_t longest_domain = 253;

std::string address_key(const dns::Address& client) {
  return Network::around(client, client.is_v6() ? 64 : 32).text();
}

std::string network_key(const dns::Address& client) {
  return Network::around(client, client.is_v6() ? 48 : 24).text();
}

std::string sender_key(const dns::Address& client, std::string_view domain) {
  return ascii::to_lower(domain) + " via " + network_key(client);
}

double total(const Counts& counts) { return counts.ham + counts.spam; }

}  // namespace

Counts Spammers::decayed(const Counts& counts, Time now) const {
  const auto age = std::max(now - counts.at, std::chrono::milliseconds{0});
  const double kept = std::exp2(-static_cast<double>(age.count()) /
                                static_cast<double>(std::max<std::int64_t>(policy_.half_life.count(), 1)));
  return {counts.ham * kept, counts.spam * kept, std::max(now, counts.at)};
}

Counts Spammers::of(const std::string& key, Time now) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? Counts{} : decayed(found->second.counts, now);
}

bool Spammers::is_gateway(const dns::Address& client) const {
  return std::ranges::any_of(policy_.gateways,
                             [&](const Network& network) { return network.contains(client); });
}

void Spammers::note(const dns::Address& client, std::string_view sender_domain, bool spam, Time now) {
  if (is_gateway(client) || client.is_never_remote()) return;
  add(address_key(client), spam, now);
  add(network_key(client), spam, now);
  if (!sender_domain.empty() && sender_domain.size() <= longest_domain)
    add(sender_key(client, sender_domain), spam, now);
}

void Spammers::add(const std::string& key, bool spam, Time now) {
  if (!entries_.contains(key) && entries_.size() >= policy_.entries) make_room(now);
  auto& entry = entries_[key];
  entry.counts = decayed(entry.counts, now);
  (spam ? entry.counts.spam : entry.counts.ham) += 1;
  entry.changed = true;
}

// A tenth at once, those with the least evidence: a flood of new addresses pushes out new addresses.
void Spammers::make_room(Time now) {
  std::vector<std::pair<double, const std::string*>> weights;
  weights.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) weights.emplace_back(total(decayed(entry.counts, now)), &key);
  const auto goes = std::min(weights.size(), weights.size() / 10 + 1);
  std::ranges::nth_element(weights, weights.begin() + static_cast<std::ptrdiff_t>(goes - 1));
  weights.resize(goes);
  std::vector<std::string> keys;
  for (const auto& [weight, key] : weights) keys.push_back(*key);
  for (auto& key : keys) {
    entries_.erase(key);
    dropped_.push_back(std::move(key));
  }
}

Judgement Spammers::judge(const std::string& key, double evidence, Time now) const {
  const auto counts = of(key, now);
  const double seen = total(counts);
  // Ten messages within an hour are a little less than ten by now.
  if (std::round(seen * 10) / 10 < evidence || seen <= 0) return {};
  Judgement judgement;
  judgement.share = counts.spam / seen;
  if (judgement.share >= policy_.spammer_share) judgement.standing = Standing::spammer;
  if (judgement.share <= policy_.good_share) judgement.standing = Standing::good;
  judgement.reason = fmt::format("{}: {:.0f} of {:.0f} messages of late were spam", key, counts.spam, seen);
  return judgement;
}

Judgement Spammers::of_client(const dns::Address& client, Time now) const {
  if (is_gateway(client) || client.is_never_remote()) return {};
  const auto address = address_key(client);
  auto own = judge(address, policy_.address_evidence, now);
  if (!own.reason.empty() || of(address, now).ham >= policy_.redeemed_by) return own;
  return judge(network_key(client), policy_.network_evidence, now);
}

Judgement Spammers::of_sender(const dns::Address& client, std::string_view sender_domain, Time now) const {
  if (is_gateway(client) || sender_domain.empty() || sender_domain.size() > longest_domain) return {};
  return judge(sender_key(client, sender_domain), policy_.sender_evidence, now);
}

std::vector<Spammers::Change> Spammers::take_changes() {
  std::vector<Change> changes;
  for (auto& key : dropped_) {
    if (!entries_.contains(key)) changes.push_back({std::move(key), {}, true});
  }
  dropped_.clear();
  for (auto& [key, entry] : entries_) {
    if (!entry.changed) continue;
    entry.changed = false;
    changes.push_back({key, entry.counts, false});
  }
  return changes;
}

void Spammers::load(std::string key, const Counts& counts) {
  if (entries_.size() < policy_.entries) entries_.insert_or_assign(std::move(key), Entry{counts, false});
}

}  // namespace scop::reputation
