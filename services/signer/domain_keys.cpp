#include "signer/domain_keys.hpp"

#include <algorithm>
#include <array>

#include "signer/limits.hpp"

namespace scop::signer {

using key_life::Key;
using key_life::Stage;

DomainKeys::DomainKeys(std::string domain, const KeyWorld& world)
    : domain_(std::move(domain)), world_(world), folder_(world.folder / domain_), life_(world.schedule, {}) {
  auto ledger = read_ledger(folder_);
  if (ledger) {
    life_ = key_life::Life(world.schedule, std::move(*ledger));
    for (const auto& key : life_.ledger().keys) reported_.emplace(key.selector, key.stage);
  } else if (ledger.error().kind != ErrorKind::not_found) {
    frozen_ = ledger.error().what + "; while that file is there no key of the domain changes";
    world_.log.error("key ledger left out", {{"domain", domain_}, {"reason", frozen_}});
  }
}

void DomainKeys::take_stock(const std::vector<key_life::Found>& files) {
  if (frozen_.empty()) life_.take_stock(files, now());
}

bool DomainKeys::signs(std::string_view selector) const {
  const auto* key = life_.find(selector);
  return key == nullptr || key->stage == Stage::signing;
}

bool DomainKeys::is_between_keys() const {
  const auto& keys = life_.ledger().keys;
  return std::ranges::any_of(keys, [](const Key& key) { return is_under_way(key.stage); }) &&
         std::ranges::none_of(keys, [](const Key& key) { return key.stage == Stage::signing; });
}

// What the operator sees and asks for.

std::string DomainKeys::published(const Key& key) const {
  if (!world_.publisher.can_look()) {
    if (key.stage == Stage::making) return "no: it is being made";
    if (!life_.awaits_sight(key) || key.stage == Stage::waiting) return "no primary configured";
    const std::string then = ", then `scop keys rotate --published`";
    if (key.stage == Stage::publishing) return "no: publish this record by hand" + then;
    if (key.stage == Stage::retired) return "no: put this record in the place of the old one by hand" + then;
    return "no: remove the record by hand" + then;
  }
  if (is_settled(key)) return "yes";
  const auto problem = problems_.find(key.selector);
  const bool is_new = problem == problems_.end() || problem->second.empty();
  return "no: " + (is_new ? std::string("not tried yet") : problem->second);
}

std::vector<KeyStanding> DomainKeys::standings() const {
  std::vector<KeyStanding> standings;
  for (const auto& key : life_.ledger().keys) {
    KeyStanding standing{key, save_problem_.empty() ? published(key) : "no: " + save_problem_, std::nullopt};
    if (const auto left = life_.next_step(key)) standing.next_step = now() + *left;
    standings.push_back(std::move(standing));
  }
  return standings;
}

std::string DomainKeys::believe_operator(std::optional<dkim::KeyType> type) {
  if (world_.publisher.can_look())
    return "the signer looks at the DNS by itself: `scop keys list` tells what it sees";
  bool any = false;
  const auto keys = life_.ledger().keys;
  for (const auto& key : keys) {
    if ((type && key.type != *type) || key.stage == Stage::waiting || !life_.awaits_sight(key)) continue;
    life_.seen(key.selector, wanted_record(key), world_.ttl + world_.margin, now());
    any = true;
  }
  return any ? "" : "no record waits to be published or removed";
}

std::string DomainKeys::rotate(const RotationOrder& order) {
  if (!frozen_.empty()) return frozen_;
  pass();
  if (order.published) return believe_operator(order.type);
  std::string reasons;
  const auto& keys = life_.ledger().keys;
  for (const auto type : {dkim::KeyType::rsa, dkim::KeyType::ed25519}) {
    const bool has = std::ranges::any_of(keys, [&](const Key& key) { return key.type == type; });
    if (order.type ? *order.type != type : !has) continue;
    const auto reason = life_.rotate(type, order.compromised, now());
    if (!reason.empty()) reasons += (reasons.empty() ? "" : "; ") + reason;
  }
  return reasons;
}

// What goes on by itself.

void DomainKeys::pass() {
  const auto here = std::chrono::steady_clock::now();
  std::optional<key_life::Span> monotonic;
  if (passed_) monotonic = std::chrono::floor<key_life::Span>(here - *passed_);
  passed_ = here;
  life_.pass(now(), monotonic);
}

Task<bool> DomainKeys::save() {
  const auto revision = life_.revision();
  if (revision != saved_) {
    auto written =
        co_await world_.pool.run<bool>([folder = folder_, text = to_text(life_.ledger())]() -> Outcome<bool> {
          if (auto done = write_ledger(folder, text); !done) return std::unexpected(std::move(done.error()));
          return true;
        });
    if (!written) {
      if (save_problem_ != written.error().what)
        world_.log.error("key ledger not written", {{"domain", domain_}, {"reason", written.error().what}});
      save_problem_ = written.error().what;
      co_return false;
    }
    save_problem_.clear();
    saved_ = std::max(saved_, revision);
  }
  report();
  co_return true;
}

// One line for each key that has come into another stage, and the news that others sign.
void DomainKeys::report() {
  std::set<std::string> signing;
  std::map<std::string, Stage> stages;
  for (const auto& key : life_.ledger().keys) {
    if (key.stage == Stage::signing) signing.insert(key.selector);
    stages.emplace(key.selector, key.stage);
    const auto known = reported_.find(key.selector);
    if (known != reported_.end() && known->second == key.stage) continue;
    world_.log.info("key goes on",
                    {{"domain", domain_}, {"selector", key.selector}, {"stage", name_of(key.stage)}});
  }
  for (const auto& [selector, stage] : reported_) {
    if (!stages.contains(selector))
      world_.log.info("key removed", {{"domain", domain_}, {"selector", selector}});
  }
  reported_ = std::move(stages);
  if (signing == signing_) return;
  signing_ = std::move(signing);
  world_.changed();
}

// Somebody may have changed them by hand.
void DomainKeys::look_again() {
  looked_ = std::chrono::steady_clock::now();
  settled_.clear();
}

Task<bool> DomainKeys::attend() {
  if (!frozen_.empty()) co_return false;
  pass();
  if (*passed_ - looked_ >= limits::look_again) look_again();
  const auto before = life_.revision();
  if (!co_await save()) co_return false;
  co_await make_keys();
  co_await erase_keys();
  co_await settle_records();
  static_cast<void>(co_await save());
  co_return life_.revision() != before;
}

Task<> DomainKeys::make_keys() {
  const auto keys = life_.ledger().keys;
  for (const auto& key : keys) {
    if (key.stage != Stage::making) continue;
    if (!co_await world_.publisher.is_free(name(key))) {
      life_.taken(key.selector, now());
      if (!co_await save()) co_return;
      continue;  // in the next round, by its new name
    }
    const KeyFileName file{key.selector, key.type};
    auto record = co_await world_.pool.run<std::string>(
        [folder = folder_, file] { return make_key_file(folder, file); });
    if (record) {
      life_.made(key.selector, std::move(*record), now());
      if (!co_await save()) co_return;
    } else {
      note(key, record.error().what);
    }
  }
}

Task<> DomainKeys::erase_keys() {
  for (const auto& selector : life_.to_erase()) {
    const auto* key = life_.find(selector);
    if (key == nullptr) continue;
    const KeyFileName file{selector, key->type};
    const auto erased = co_await world_.pool.run<bool>([folder = folder_, file]() -> Outcome<bool> {
      if (auto done = erase_key_file(folder, file); !done) return std::unexpected(std::move(done.error()));
      return true;
    });
    if (erased) {
      life_.erased(selector);
    } else {
      world_.log.error("key file not erased", {{"domain", domain_}, {"reason", erased.error().what}});
    }
  }
}

Task<> DomainKeys::settle_records() {
  const auto keys = life_.ledger().keys;
  for (const auto& key : keys) {
    if (key.stage != Stage::making && (life_.awaits_sight(key) || !is_settled(key))) co_await settle(key);
  }
}

Task<> DomainKeys::settle(Key key) {
  const auto wanted = wanted_record(key);
  if (!world_.publisher.can_look()) {
    // The operator has said that it is published; by now nobody remembers otherwise.
    if (key.stage == Stage::waiting) life_.seen(key.selector, wanted, {}, now());
    co_return;
  }
  auto problem = co_await world_.publisher.settle(name(key), {wanted, key.stage != Stage::publishing});
  note(key, problem);
  if (!problem.empty()) co_return;
  settled_.insert_or_assign(key.selector, wanted);
  key_life::Span wait{};
  if (key.stage == Stage::publishing)
    wait = co_await world_.publisher.negative_ttl(name(key), world_.ttl) + world_.margin;
  life_.seen(key.selector, wanted, wait, now());
  static_cast<void>(co_await save());
}

void DomainKeys::note(const Key& key, const std::string& problem) {
  auto& known = problems_[key.selector];
  if (known != problem && !problem.empty()) {  // the same reason again and again is said once
    world_.log.warning("key not published", {{"domain", domain_},
                                             {"selector", key.selector},
                                             {"stage", name_of(key.stage)},
                                             {"reason", problem}});
  }
  known = problem;
  if (!problem.empty()) settled_.erase(key.selector);
}

bool DomainKeys::is_settled(const Key& key) const {
  const auto found = settled_.find(key.selector);
  return found != settled_.end() && found->second == wanted_record(key);
}

bool DomainKeys::has_unmade() const {
  return std::ranges::any_of(life_.ledger().keys, [](const Key& key) { return key.stage == Stage::making; });
}

bool DomainKeys::needs_retry() const {
  if (!frozen_.empty()) return false;
  if (life_.revision() != saved_ || has_unmade() || !life_.to_erase().empty()) return true;
  return world_.publisher.can_look() && std::ranges::any_of(life_.ledger().keys, [&](const Key& key) {
           return life_.awaits_sight(key) || !is_settled(key);
         });
}

std::optional<key_life::Span> DomainKeys::next_step() const {
  std::optional<key_life::Span> soonest;
  for (const auto& key : life_.ledger().keys) {
    const auto left = life_.awaits_sight(key) ? std::nullopt : life_.next_step(key);
    if (left) soonest = std::min(soonest.value_or(*left), *left);
  }
  return soonest;
}

}  // namespace scop::signer
