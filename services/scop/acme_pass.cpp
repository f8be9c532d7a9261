#include "scop/acme_pass.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "cert_roll/need.hpp"
#include "mesh_ca/facts.hpp"
#include "scop/acme_dns.hpp"
#include "scop/acme_order.hpp"
#include "scop/acme_proof.hpp"
#include "scop/acme_trouble.hpp"

namespace scop::command::acme {

namespace {

using cert_roll::Action;
using cert_roll::Step;

constexpr std::chrono::seconds look_again_when_stuck{30};
constexpr std::chrono::minutes look_again_for_people{5};
constexpr std::chrono::hours longest_rest{6};

std::string time_text(Time time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace

Standing Pass::run() {
  auto state = files_.load_state();
  if (!state) return standing(std::unexpected(state.error()));
  state_ = std::move(*state);
  auto done = take_up_staged();
  if (done && state_.step == Step::settled) done = order_if_needed();
  if (done) done = go_on();
  if (done) done = keep_announced();
  if (!done)
    log_.warning("certificate not put in place",
                 {{"pair", pair_.name}, {"step", name_of(state_.step)}, {"reason", done.error().what}});
  return standing(done);
}

// What an order or an administrator has put there, and what a crash has left before it was begun with.
Outcome<> Pass::take_up_staged() {
  const auto staged = files_.staged();
  if (!staged || staged->certificate_digest == state_.certificate) return {};
  auto begun = cert_roll::begin(state_, staged->key_digest, staged->certificate_digest, now());
  if (!begun) return begun.error().kind == ErrorKind::conflict ? Outcome<>{} : std::unexpected(begun.error());
  state_ = std::move(*begun);
  // There is a certificate now, whatever the ACME server said the last time.
  if (auto forgotten = forget_trouble(pair_); !forgotten) return forgotten;
  log_.info("certificate taken up", {{"pair", pair_.name},
                                     {"certificate", staged->certificate_digest},
                                     {"key", state_.next == state_.current ? "the same" : "another"}});
  return files_.save_state(state_);
}

Outcome<> Pass::order_if_needed() {
  if (!options_.may_order) return {};
  auto held = files_.held();
  if (held) held->key_since = state_.key_since;
  auto need = cert_roll::what_is_needed(held,
                                        {.names = pair_.names,
                                         .key_type = world_.acme.key_type,
                                         .renew_before = world_.acme.renew_before,
                                         .new_key_every = world_.acme.new_key_every},
                                        now());
  if (options_.order_now && !need.certificate)
    need = {.certificate = true, .key = false, .reason = "asked for"};
  if (options_.new_key) need = {.certificate = true, .key = true, .reason = "a new key was asked for"};
  options_.order_now = options_.new_key = false;
  if (!need.certificate) return {};
  if (const auto trouble = read_trouble(pair_); options_.heed_trouble && now() < trouble.retry_at) return {};
  log_.info("certificate ordered",
            {{"pair", pair_.name}, {"names", pair_.names.size()}, {"reason", need.reason}});
  auto chain = order(world_, pair_, files_, need.key);
  if (!chain) {
    note_order_failure(world_, pair_, log_, chain.error());
    return {};
  }
  if (auto forgotten = forget_trouble(pair_); !forgotten) return forgotten;
  if (auto staged = files_.stage(*chain); !staged) return staged;
  return take_up_staged();
}

Outcome<> Pass::go_on() {
  for (;;) {
    if (auto sure = still_announced(); !sure) return sure;
    const auto before = state_;
    const auto action = cert_roll::next(state_, now());
    if (state_ != before) {
      if (auto saved = files_.save_state(state_); !saved) return saved;
    }
    const auto goes_on = act(action);
    if (!goes_on) return std::unexpected(goes_on.error());
    if (!*goes_on) return {};
    if (auto saved = files_.save_state(state_); !saved) return saved;
  }
}

Outcome<bool> Pass::act(Action action) {
  switch (action) {
    case Action::rest:
      return false;
    case Action::wait:
      if (!options_.to_the_end) return false;
      std::this_thread::sleep_for(std::clamp<std::chrono::milliseconds>(
          cert_roll::wait_ends(state_) - now(), std::chrono::milliseconds(1), std::chrono::seconds(5)));
      return true;
    case Action::announce:
      return announce();
    case Action::place:
      return place();
    case Action::prove:
      return prove();
    case Action::retire:
      return retire();
  }
  return false;
}

Outcome<bool> Pass::announce() {
  const auto announcement = acme::announce(world_, pair_, state_);
  if (!announcement) return std::unexpected(announcement.error());
  if (!announcement->is_shown) {
    for (const auto& line : announcement->to_publish)
      log_.warning("publish this record, the new key waits for it", {{"record", line}});
    if (!options_.to_the_end) return false;
    std::this_thread::sleep_for(std::chrono::seconds(2));
    return true;
  }
  cert_roll::announced(state_, announcement->ttl, now());
  log_.info("next key announced",
            {{"pair", pair_.name}, {"key", state_.next}, {"until", time_text(cert_roll::wait_ends(state_))}});
  return true;
}

// The last look before a key is served: somebody may have taken the records away while we waited.
Outcome<> Pass::still_announced() {
  if (state_.step != Step::waiting || now() < cert_roll::wait_ends(state_)) return {};
  const auto announcement = acme::announce(world_, pair_, state_);
  if (!announcement) return std::unexpected(announcement.error());
  if (announcement->was_complete) return {};
  log_.warning("TLSA records had gone, waiting once more", {{"pair", pair_.name}, {"key", state_.next}});
  cert_roll::announce_again(state_, now());
  return files_.save_state(state_);
}

// So that DANE holds from the first certificate on, and whoever removed a record is put right.
Outcome<> Pass::keep_announced() {
  if (state_.step != Step::settled || state_.current.empty() || !pair_.makes_tlsa ||
      world_.acme.tlsa_tsig_key_file.empty())
    return {};
  const auto announcement = acme::announce(world_, pair_, state_);
  if (!announcement) return std::unexpected(announcement.error());
  if (!announcement->was_complete)
    log_.info("TLSA records published", {{"pair", pair_.name}, {"key", state_.current}});
  return {};
}

Outcome<bool> Pass::place() {
  if (auto done = files_.place(state_); !done) return std::unexpected(done.error());
  cert_roll::placed(state_, now());
  log_.info("certificate placed", {{"pair", pair_.name}, {"certificate", state_.certificate}});
  return true;
}

Outcome<bool> Pass::prove() {
  if (auto proven = acme::prove(pair_, state_.certificate, options_.proof_patience); !proven)
    return std::unexpected(proven.error());
  if (auto promoted = files_.promote(state_); !promoted) return std::unexpected(promoted.error());
  log_.info("certificate served",
            {{"pair", pair_.name}, {"certificate", state_.certificate}, {"ports", pair_.ports.size()}});
  cert_roll::proven(state_, now());
  return true;
}

Outcome<bool> Pass::retire() {
  const auto left = acme::retire(world_, pair_, state_);
  if (!left) return std::unexpected(left.error());
  for (const auto& line : *left) log_.info("this record can go", {{"record", line}});
  const auto old = state_.current;
  cert_roll::retired(state_, now());
  log_.info("old key retired", {{"pair", pair_.name}, {"key", old}});
  return true;
}

Standing Pass::standing(const Outcome<>& done) const {
  Standing standing{.good = done.has_value(), .settled = state_.step == Step::settled};
  const auto held = files_.held();
  const auto trouble = read_trouble(pair_);
  standing.look_again = now() + longest_rest;
  const auto sooner = [&](Time time) { standing.look_again = std::min(standing.look_again, time); };
  if (!done) {
    standing.text = done.error().what;
    sooner(now() + look_again_when_stuck);
  } else if (state_.step == Step::waiting) {
    standing.text = "the next key waits until " + time_text(cert_roll::wait_ends(state_));
    sooner(cert_roll::wait_ends(state_));
  } else if (state_.step == Step::announcing) {
    standing.text = "TLSA records for the next key have to be published";
    sooner(now() + look_again_for_people);
  } else if (trouble.failures > 0) {
    standing.good = false;
    standing.text = fmt::format("{} (failure {}, next try {})", trouble.problem, trouble.failures,
                                time_text(trouble.retry_at));
    sooner(trouble.retry_at);
  } else if (held) {
    const auto renewal = cert_roll::renewal_time(held->not_before, held->not_after, world_.acme.renew_before);
    standing.text = fmt::format("good until {}, renewal {}", time_text(held->not_after), time_text(renewal));
    sooner(renewal);
  } else {
    standing.text = "there is no certificate";
  }
  return standing;
}

}  // namespace scop::command::acme
