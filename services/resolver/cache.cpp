#include "resolver/cache.hpp"

#include <algorithm>

#include "dns/name.hpp"

namespace scop::resolver {

namespace {

using std::chrono::seconds;

constexpr std::uint32_t longest_ttl = 24 * 3600;
constexpr std::uint32_t longest_negative_ttl = 3600;  // RFC 2308 5
constexpr std::uint32_t first_failure_ttl = 2;        // RFC 9520 3.2: 1 s to 5 min, growing
constexpr std::uint32_t longest_failure_ttl = 60;
constexpr std::uint32_t stale_ttl = 30;          // RFC 8767 4
constexpr seconds last_resort{30};               // RFC 8767 5
constexpr seconds renewal_grace{3};              // while its renewal is under way
constexpr std::uint32_t least_renewed_ttl = 10;  // under it renewing would be polling
constexpr std::size_t entry_overhead = 320;      // the list's and the table's nodes, the answer's own members
constexpr std::size_t type_octets = 2;

std::size_t size_of(const std::string& key, const Found& found) {
  auto size = entry_overhead + key.size() + found.packet.size() + found.answer.canonical_name.size() +
              found.answer.why.size();
  for (const auto& record : found.answer.records) size += record.size() + sizeof(std::string);
  return size;
}

bool is_empty_handed(const Found& found) {
  return found.answer.rcode == dns::Rcode::nx_domain || found.answer.records.empty();
}

// An answer without any record, not even an SOA, does not say how long it holds (RFC 2308 5).
bool says_nothing(const Found& found) {
  constexpr std::size_t answers = 6;
  constexpr std::size_t section_counts = 4;  // answer and authority
  return found.packet.size() >= answers + section_counts &&
         found.packet.compare(answers, section_counts, std::string(section_counts, '\0')) == 0;
}

std::uint32_t ttl_of(const Found& found, unsigned failures) {
  if (found.has_failed()) return std::min(first_failure_ttl << std::min(failures, 8U), longest_failure_ttl);
  if (!is_empty_handed(found)) return std::min(found.answer.ttl, longest_ttl);
  return says_nothing(found) ? 0 : std::min(found.answer.ttl, longest_negative_ttl);
}

std::uint32_t whole_seconds(Moment::duration time) {
  return static_cast<std::uint32_t>(std::max<std::int64_t>(std::chrono::ceil<seconds>(time).count(), 0));
}

}  // namespace

std::string cache_key(std::string_view name, dns::Type type) {
  auto key = dns::canonical_text(name);
  const auto number = static_cast<unsigned>(type);
  key += static_cast<char>(number >> 8U);
  key += static_cast<char>(number & 0xffU);
  return key;
}

Cache::Cache(std::size_t most_octets, std::chrono::seconds stale, bool renews)
    : most_(most_octets), stale_(stale), renews_(renews) {}

bool Cache::is_gone(const Entry& entry, Moment now) const {
  const auto grace = entry.renewing ? renewal_grace : seconds{0};
  // What failed is remembered a while longer: the next failure holds for longer.
  const auto kept = entry.kept.found->has_failed() ? seconds{longest_failure_ttl} : std::max(stale_, grace);
  return entry.kept.expires + kept < now;
}

std::optional<Cache::Hit> Cache::find(std::string_view key, Moment now) {
  const auto place = places_.find(key);
  if (place == places_.end()) return std::nullopt;
  const auto at = place->second;
  if (is_gone(*at, now)) {
    erase(at);
    return std::nullopt;
  }
  entries_.splice(entries_.begin(), entries_, at);
  auto& entry = *at;
  const auto& kept = entry.kept;
  Hit hit{.found = kept.found, .expires = kept.expires};
  if (now < kept.expires || (entry.renewing && now < kept.expires + renewal_grace)) {
    hit.ttl = std::clamp<std::uint32_t>(whole_seconds(kept.expires - now), 1, std::max(kept.ttl, 1U));
    hit.age = kept.ttl - std::min(kept.ttl, hit.ttl);
    const bool is_late = (kept.expires - now) * 10 < seconds(kept.ttl);
    hit.renew =
        renews_ && is_late && !entry.renewing && kept.ttl >= least_renewed_ttl && !kept.found->has_failed();
    entry.renewing = entry.renewing || hit.renew;
    return hit;
  }
  if (kept.found->has_failed() || stale_.count() == 0) return std::nullopt;
  hit.stale = true;
  hit.ttl = stale_ttl;
  hit.age = kept.ttl;
  hit.is_last_resort = now < entry.last_resort_until;
  return hit;
}

void Cache::put(const std::string& key, std::shared_ptr<const Found> found, Moment now) {
  if (found->transient) return;
  unsigned failures = 0;
  if (const auto place = places_.find(key); place != places_.end()) {
    const auto& before = *place->second;
    // The library's own copy in its last second: nothing is new, the old answer may still serve as a stale
    // one.
    if (found->answer.ttl == 0 && !found->has_failed() &&
        found->answer.records == before.kept.found->answer.records)
      return;
    if (found->has_failed() && before.kept.found->has_failed()) failures = before.failures + 1;
    erase(place->second);
  }
  const auto ttl = ttl_of(*found, failures);
  if (ttl == 0) return;
  insert({.kept = {key, std::move(found), ttl, now + seconds(ttl)}, .failures = failures});
}

void Cache::restore(Kept kept, Moment now) {
  Entry entry{.kept = std::move(kept)};
  if (!is_gone(entry, now) && !places_.contains(entry.kept.key)) insert(std::move(entry));
}

void Cache::insert(Entry entry) {
  entry.octets = size_of(entry.kept.key, *entry.kept.found);
  if (entry.octets > most_) return;
  octets_ += entry.octets;
  entries_.push_front(std::move(entry));
  places_.emplace(entries_.front().kept.key, entries_.begin());
  while (octets_ > most_) erase(std::prev(entries_.end()));
}

void Cache::erase(Entries::iterator place) {
  octets_ -= place->octets;
  places_.erase(place->kept.key);
  entries_.erase(place);
}

void Cache::postpone(std::string_view key, Moment now) {
  if (const auto place = places_.find(key); place != places_.end())
    place->second->last_resort_until = now + last_resort;
}

std::size_t Cache::flush(std::string_view name, bool below, std::optional<dns::Type> type) {
  const auto apex = dns::canonical_text(name);
  const auto suffix = apex == "." ? std::string() : "." + apex;
  std::size_t removed = 0;
  for (auto at = entries_.begin(); at != entries_.end();) {
    const auto here = at++;
    const std::string_view key = here->kept.key;
    const auto owner = key.substr(0, key.size() - type_octets);
    if (owner != apex && !(below && owner.ends_with(suffix))) continue;
    if (type && key != cache_key(owner, *type)) continue;
    erase(here);
    ++removed;
  }
  return removed;
}

std::size_t Cache::clear() {
  const auto removed = entries_.size();
  places_.clear();
  entries_.clear();
  octets_ = 0;
  return removed;
}

std::vector<Cache::Kept> Cache::kept(Moment now) const {
  std::vector<Kept> all;
  for (const auto& entry : entries_) {
    if (!entry.kept.found->has_failed() && !is_gone(entry, now)) all.push_back(entry.kept);
  }
  return all;
}

}  // namespace scop::resolver
