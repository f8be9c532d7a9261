#include "cert_roll/step.hpp"

#include <algorithm>

namespace scop::cert_roll {

namespace {

// Twice: once for what a resolver read just before the change, once for what stands between us and it.
constexpr int ttls_to_wait = 2;

void enter(State& state, Step step, Time now) {
  state.step = step;
  state.since = now;
}

void add_once(std::vector<std::string>& keys, const std::string& key) {
  if (!key.empty() && std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
}

void give_up_next(State& state) {
  if (state.next != state.current) add_once(state.abandoned, state.next);
}

}  // namespace

std::vector<std::string> keys_to_publish(const State& state) {
  std::vector<std::string> keys;
  if (state.step != Step::retiring) add_once(keys, state.current);
  add_once(keys, state.next);
  return keys;
}

std::vector<std::string> keys_to_withdraw(const State& state) {
  if (state.step != Step::retiring) return {};
  const auto kept = keys_to_publish(state);
  std::vector<std::string> keys;
  add_once(keys, state.current);
  for (const auto& key : state.abandoned) add_once(keys, key);
  std::erase_if(keys, [&](const auto& key) { return std::ranges::find(kept, key) != kept.end(); });
  return keys;
}

Outcome<State> begin(State state, std::string key, std::string certificate, Time now) {
  if (state.step != Step::settled && state.step != Step::announcing && state.step != Step::waiting) {
    return failure(ErrorKind::conflict, "another certificate is being put in place; that has to end first");
  }
  if (state.abandoned.size() >= most_abandoned)
    return failure(ErrorKind::exhausted, "too many keys were announced and given up");
  if (state.step != Step::settled && key != state.next) give_up_next(state);
  const bool goes_on = state.step != Step::settled && key == state.next;
  state.next = std::move(key);
  state.certificate = std::move(certificate);
  // A key that was given up and comes back keeps its records.
  std::erase(state.abandoned, state.next);
  if (goes_on) return state;  // the same key under another certificate: what was waited for still counts
  enter(state, state.next == state.current ? Step::placing : Step::announcing, now);
  return state;
}

Action next(State& state, Time now) {
  switch (state.step) {
    case Step::settled:
      return Action::rest;
    case Step::announcing:
      return Action::announce;
    case Step::waiting:
      if (now < wait_ends(state)) return Action::wait;
      enter(state, Step::placing, now);
      return Action::place;
    case Step::placing:
      return Action::place;
    case Step::proving:
      return Action::prove;
    case Step::retiring:
      return Action::retire;
  }
  return Action::rest;
}

void announced(State& state, std::chrono::seconds ttl, Time now) {
  if (state.step != Step::announcing) return;
  state.ttl = std::max(state.ttl, ttl);
  enter(state, Step::waiting, now);
}

Time wait_ends(const State& state) { return state.since + ttls_to_wait * state.ttl; }

void announce_again(State& state, Time now) {
  if (state.step == Step::waiting) enter(state, Step::announcing, now);
}

void placed(State& state, Time now) {
  if (state.step == Step::placing) enter(state, Step::proving, now);
}

void proven(State& state, Time now) {
  if (state.step != Step::proving) return;
  enter(state, Step::retiring, now);
  if (keys_to_withdraw(state).empty()) retired(state, now);
}

void retired(State& state, Time now) {
  if (state.step != Step::retiring) return;
  if (state.next != state.current) state.key_since = now;
  state.current = std::move(state.next);
  state.next.clear();
  state.certificate.clear();
  state.abandoned.clear();
  state.ttl = {};
  enter(state, Step::settled, now);
}

}  // namespace scop::cert_roll
