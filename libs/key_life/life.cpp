#include "key_life/life.hpp"

#include <algorithm>
#include <array>

#include "key_life/selector.hpp"

namespace scop::key_life {

namespace {

// By how much the clocks may differ between two calls before it is a jump, which is written down.
constexpr Span jump = std::chrono::seconds{5};
constexpr Span longest_age = std::chrono::years{1'000};

constexpr std::array both{dkim::KeyType::rsa, dkim::KeyType::ed25519};

bool counts(const Key& key) { return key.stage != Stage::retired || key.settled; }

}  // namespace

const Key* Life::find(std::string_view selector) const {
  const auto found = std::ranges::find(ledger_.keys, selector, &Key::selector);
  return found == ledger_.keys.end() ? nullptr : &*found;
}

Key* Life::entry_of(std::string_view selector) {
  const auto found = std::ranges::find(ledger_.keys, selector, &Key::selector);
  return found == ledger_.keys.end() ? nullptr : &*found;
}

void Life::enter(Key& key, Stage stage, Time now) {
  key.stage = stage;
  key.since = std::max(now, Time{});
  key.age = Span{0};
  key.wait = Span{0};
  key.settled = false;
  ++revision_;
}

void Life::retire(Key& key, Time now) {
  if (key.stage == Stage::retired || key.stage == Stage::removing) return;
  enter(key, key.stage == Stage::making ? Stage::removing : Stage::retired, now);
}

void Life::begin_signing(Key& key, Time now) {
  for (auto& other : ledger_.keys) {
    if (other.type == key.type && other.stage == Stage::signing) enter(other, Stage::kept, now);
  }
  enter(key, Stage::signing, now);
  key.urgent = false;
}

// Files.

void Life::take_stock(std::span<const Found> files, Time now) {
  on_disk_.clear();
  for (const auto& file : files) {
    on_disk_.push_back(file.selector);
    if (file.record.empty()) continue;
    if (const auto* key = find(file.selector); key == nullptr) {
      adopt(file, now);
    } else if (key->stage == Stage::making) {  // a crash came between the file and its entry
      made(file.selector, file.record, now);
    }
  }
  for (auto& key : ledger_.keys) {
    if (key.stage != Stage::making && std::ranges::find(on_disk_, key.selector) == on_disk_.end())
      lose_file(key, now);
  }
}

void Life::adopt(const Found& file, Time now) {
  if (ledger_.keys.size() == most_keys) return;
  auto& key = ledger_.keys.emplace_back();
  key.selector = file.selector;
  key.type = file.type;
  key.record = file.record;
  enter(key, Stage::signing, now);
}

void Life::lose_file(Key& key, Time now) {
  if (key.stage == Stage::signing) {
    enter(key, Stage::kept, now);
  } else if (is_under_way(key.stage)) {
    enter(key, Stage::removing, now);
  }
}

void Life::made(std::string_view selector, std::string record, Time now) {
  auto* key = entry_of(selector);
  if (key == nullptr) return;
  if (std::ranges::find(on_disk_, selector) == on_disk_.end()) on_disk_.emplace_back(selector);
  if (key->stage != Stage::making || record.empty()) return;
  key->record = std::move(record);
  enter(*key, Stage::publishing, now);
}

void Life::taken(std::string_view selector, Time now) {
  auto* key = entry_of(selector);
  if (key == nullptr || key->stage != Stage::making) return;
  auto& last = ledger_.last.at(static_cast<std::size_t>(key->type));
  last = new_selector(key->type, now, last, on_disk_);
  key->selector = last;
  ++revision_;
}

void Life::erased(std::string_view selector) { std::erase(on_disk_, selector); }

std::vector<std::string> Life::to_erase() const {
  std::vector<std::string> selectors;
  for (const auto& selector : on_disk_) {
    const auto* key = find(selector);
    if (key != nullptr && !needs_file(key->stage)) selectors.push_back(selector);
  }
  return selectors;
}

// Time.

void Life::pass(Time now, std::optional<Span> monotonic) {
  now = std::max(now, Time{});
  auto passed = now - ledger_.at;
  if (ledger_.at == Time{}) {
    passed = Span{0};  // a ledger that has only begun
    ++revision_;
  }
  // Written down, or the next start would count from before the jump, or count the time we were away twice.
  if (std::chrono::abs(passed - monotonic.value_or(Span{0})) > jump) ++revision_;
  if (monotonic) passed = std::min<Span>(passed, *monotonic);
  ledger_.at = now;
  for (auto& key : ledger_.keys) {
    if (counts(key))
      key.age = std::clamp<Span>(key.age + std::max<Span>(passed, Span{0}), Span{0}, longest_age);
  }
  grow_old(now);
  for (const auto type : both) keep_schedule(type, now);
}

void Life::grow_old(Time now) {
  for (auto& key : ledger_.keys) {
    if (key.stage == Stage::kept && key.age >= schedule_.keep) enter(key, Stage::retired, now);
    if (key.stage == Stage::retired && key.settled && key.age >= schedule_.retire_for)
      enter(key, Stage::removing, now);
  }
}

void Life::keep_schedule(dkim::KeyType type, Time now) {
  if (schedule_.rotate_every <= Span{0} || other_is_busy_for(type) > Span{0}) return;
  std::optional<Span> youngest;
  for (const auto& key : ledger_.keys) {
    if (key.type == type && key.stage == Stage::signing)
      youngest = std::min(youngest.value_or(key.age), key.age);
  }
  // Its word is for operators; by schedule there is always a next time.
  if (youngest && *youngest >= schedule_.rotate_every) static_cast<void>(rotate(type, false, now));
}

// Staggered: one algorithm's new key proves itself for a quarter of the time before the other one's turn
// comes, and a mistake of ours costs one signature of two. A change that has been stuck for as long does not
// hold it up.
Span Life::other_is_busy_for(dkim::KeyType type) const {
  Span left{0};
  for (const auto& key : ledger_.keys) {
    if (key.type != type && (is_under_way(key.stage) || key.stage == Stage::signing))
      left = std::max(left, schedule_.rotate_every / 4 - key.age);
  }
  return left;
}

// Rotation.

std::string Life::rotate(dkim::KeyType type, bool compromised, Time now) {
  for (const auto& key : ledger_.keys) {
    if (key.type == type && is_under_way(key.stage) && (key.urgent || !compromised))
      return "a new key is under way: " + key.selector + " is " + std::string(name_of(key.stage));
  }
  if (ledger_.keys.size() >= most_keys && !compromised)
    return "there are " + std::to_string(ledger_.keys.size()) + " keys: earlier ones must be removed first";
  if (compromised) {
    // All that lay on the same disk: who has read one has read the others.
    for (auto& key : ledger_.keys) {
      if (key.type == type) retire(key, now);
    }
  }
  return make_new(type, compromised, now);
}

std::string Life::make_new(dkim::KeyType type, bool urgent, Time now) {
  if (ledger_.keys.size() >= most_keys) return "too many keys wait for their removal to make a new one";
  std::vector<std::string> names(on_disk_);
  for (const auto& key : ledger_.keys) names.push_back(key.selector);
  auto& last = ledger_.last.at(static_cast<std::size_t>(type));
  last = new_selector(type, std::max(now, Time{}), last, names);
  auto& key = ledger_.keys.emplace_back();
  key.selector = last;
  key.type = type;
  key.urgent = urgent;
  enter(key, Stage::making, now);
  return {};
}

void Life::seen(std::string_view selector, std::string_view record, Span wait, Time now) {
  auto* key = entry_of(selector);
  if (key == nullptr || record != wanted_record(*key) || !awaits_sight(*key)) return;
  switch (key->stage) {
    case Stage::publishing:
      if (key->urgent) {
        begin_signing(*key, now);
      } else {
        enter(*key, Stage::waiting, now);
        key->wait = std::clamp<Span>(wait, Span{0}, longest_age);
      }
      break;
    case Stage::waiting:
      begin_signing(*key, now);
      break;
    case Stage::retired:
      key->settled = true;
      key->age = Span{0};
      ++revision_;
      break;
    case Stage::removing:
      if (std::ranges::find(on_disk_, selector) != on_disk_.end()) return;
      ledger_.keys.erase(std::ranges::find(ledger_.keys, selector, &Key::selector));
      ++revision_;
      break;
    default:
      break;
  }
}

bool Life::awaits_sight(const Key& key) const {
  switch (key.stage) {
    case Stage::publishing:
    case Stage::removing:
      return true;
    case Stage::waiting:
      return key.age >= key.wait;
    case Stage::retired:
      return !key.settled;
    default:
      return false;
  }
}

// Nothing where a successor is on its way already, or where there is no place for one.
std::optional<Span> Life::left_to_rotation(dkim::KeyType type) const {
  if (schedule_.rotate_every <= Span{0} || ledger_.keys.size() >= most_keys) return std::nullopt;
  std::optional<Span> youngest;
  for (const auto& key : ledger_.keys) {
    if (key.type != type) continue;
    if (is_under_way(key.stage)) return std::nullopt;
    if (key.stage == Stage::signing) youngest = std::min(youngest.value_or(key.age), key.age);
  }
  if (!youngest) return std::nullopt;
  return std::max({schedule_.rotate_every - *youngest, other_is_busy_for(type), Span{0}});
}

std::optional<Span> Life::next_step(const Key& key) const {
  const auto left = [&](Span whole) { return std::max<Span>(whole - key.age, Span{0}); };
  switch (key.stage) {
    case Stage::waiting:
      return left(key.wait);
    case Stage::signing:
      return left_to_rotation(key.type);
    case Stage::kept:
      return left(schedule_.keep);
    case Stage::retired:
      return key.settled ? std::optional(left(schedule_.retire_for)) : std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace scop::key_life
