#include "courier/sender_check.hpp"

#include "core/clock.hpp"
#include "courier/limits.hpp"
#include "resolving/asking.hpp"
#include "spf/evaluation.hpp"

namespace scop::courier {

using settings::UnauthorisedSenders;

namespace {

// An evaluation that remembers how long its answers hold.
struct Evaluated {
  spf::Evaluation spf;
  std::uint32_t ttl = UINT32_MAX;
  std::vector<dns::Question> wanted() const { return spf.wanted(); }
  void answer(const dns::Question& question, const dns::Answer& answer) {
    ttl = std::min(ttl, answer.ttl);
    spf.answer(question, answer);
  }
  bool done() const { return spf.done(); }
};

std::optional<dns::Address> address_of(const net::Endpoint& endpoint) {
  const auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return dns::Address::from_text(
        asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string());
  }
  return dns::Address::from_text(address.to_string());
}

}  // namespace

// One evaluation under way.
struct SenderCheck::Case {
  Case(asio::io_context& io, Sender the_sender, const Departure& departure)
      : sender(std::move(the_sender)),
        reverse_path(departure.reverse_path),
        id(departure.id),
        trace(departure.trace),
        over(io, Deadline::max()) {}
  Sender sender;
  std::string reverse_path;
  std::string id;
  std::string trace;
  SenderStanding standing;
  bool judged = false;
  Timer over;  // cancelled once it is judged
};

struct SenderCheck::State {
  asio::io_context& io;
  const Log& log;
  pipe::Channel& resolver;
  UnauthorisedSenders policy;
  std::string helo;
  bool loopback_is_world;
  std::vector<dns::Address> public_addresses;
  SenderCache cache{limits::senders};
  Reminders reminders{limits::senders};
  std::map<Sender, std::shared_ptr<Case>> under_way;
};

SenderCheck::SenderCheck(asio::io_context& io, const Log& log, pipe::Channel& resolver,
                         const settings::Courier& settings)
    : state_(new State{io, log, resolver, settings.unauthorised_senders, settings.helo,
                       settings.allow_loopback, settings.public_addresses}) {}

Task<std::optional<smtp::Reply>> SenderCheck::objection(Departure departure) {
  auto& state = *state_;
  if (state.policy == UnauthorisedSenders::off) co_return std::nullopt;
  const auto local = address_of(departure.local);
  const auto remote = address_of(departure.remote);
  const auto is_at_home = [&](const dns::Address& address) {
    return is_private(address) && !(state.loopback_is_world && address.is_never_remote());
  };
  if (!local || !remote || is_at_home(*remote)) co_return std::nullopt;
  auto seen = seen_from_outside(*local, state.public_addresses);
  if (seen.empty() && !is_at_home(*local)) seen.push_back(*local);
  if (seen.empty() && state.reminders.due("", std::chrono::steady_clock::now())) {
    state.log.warning("nobody knows whether SPF lets our mail out",
                      {{"why", "mail leaves from " + local->text() + " through a NAT"},
                       {"remedy", "set [courier] public_addresses"}});
  }
  for (const auto& address : seen) {
    const auto found = co_await standing(sender_of(departure.reverse_path, state.helo, address), departure);
    if (!found.authorised && state.policy == UnauthorisedSenders::hold) co_return refusal_of(found);
  }
  co_return std::nullopt;
}

Task<SenderStanding> SenderCheck::standing(Sender sender, const Departure& departure) {
  auto& state = *state_;
  if (const auto* known = state.cache.find(sender, std::chrono::steady_clock::now())) {
    const auto standing = *known;
    remind(state, sender, standing, departure.id);
    co_return standing;
  }
  std::shared_ptr<Case> one;
  if (const auto found = state.under_way.find(sender); found != state.under_way.end()) {
    one = found->second;
  } else {
    one = std::make_shared<Case>(state.io, sender, departure);
    state.under_way.emplace(std::move(sender), one);
    asio::co_spawn(state.io, judge(state_, one), asio::detached);
  }
  if (state.policy == UnauthorisedSenders::warn) co_return SenderStanding();
  boost::system::error_code ignored;
  if (!one->judged) co_await one->over.async_wait(asio::redirect_error(use_task, ignored));
  co_return one->standing;
}

// The first local part decides for its domain: a record with a macro for it is rare, and may then be
// misjudged.
Task<> SenderCheck::judge(std::shared_ptr<State> state, std::shared_ptr<Case> one) {
  Evaluated evaluated{spf::Evaluation({.client = one->sender.address,
                                       .mail_from = one->reverse_path,
                                       .helo = state->helo,
                                       .now = std::chrono::floor<std::chrono::seconds>(now())})};
  const bool settled =
      co_await resolving::settle(state->resolver, evaluated, one->trace, in(limits::sender_look_ups));
  one->standing = settled ? standing_of(evaluated.spf.result(), one->sender.address)
                          : SenderStanding{true, false, "no answer from the DNS in time"};
  state->cache.keep(one->sender, one->standing, in(life_of(one->standing, evaluated.ttl)));
  remind(*state, one->sender, one->standing, one->id);
  state->under_way.erase(one->sender);
  one->judged = true;
  one->over.cancel();
}

void SenderCheck::remind(State& state, const Sender& sender, const SenderStanding& standing,
                         const std::string& id) {
  if (standing.authorised || !state.reminders.due(sender.domain, std::chrono::steady_clock::now())) return;
  const bool held = state.policy == UnauthorisedSenders::hold;
  state.log.warning("SPF does not let our mail out", {{"id", id},
                                                      {"domain", sender.domain},
                                                      {"address", sender.address.text()},
                                                      {"why", standing.why},
                                                      {"held", held ? "yes" : "no"}});
}

}  // namespace scop::courier
