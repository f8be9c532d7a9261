#include "receiver/policy.hpp"

#include "core/ascii.hpp"
#include "receiver/letter.hpp"
#include "receiver/limits.hpp"
#include "receiver/recipients.hpp"

namespace scop::receiver {

using namespace smtp_session;

namespace {

Deadline clock_now() { return std::chrono::steady_clock::now(); }

smtp::Reply too_much(int code, std::string_view what) {
  return smtp::reply(code, "4.7.1", fmt::format("Too many {} from your network; try again later", what));
}

// RFC 5321 4.5.1, RFC 2142: whoever is refused must be able to ask why.
bool is_for_the_operator(const smtp::Path& path) {
  return ascii::equals_ignoring_case(path.local_part, "postmaster") ||
         ascii::equals_ignoring_case(path.local_part, "abuse");
}

}  // namespace

Task<std::optional<smtp::Reply>> ClientPolicy::admit() {
  guest_ = guests::guest_of(visit_.address, world_.defences->gateways);
  if (guest_.is_gateway) co_return std::nullopt;
  if (auto refusal = objection_to_connection()) co_return refusal;
  inquiry_ = Inquiry::begin(world_, guest_.address, connection_.text());
  co_return co_await wait_for_early_talk();
}

std::optional<smtp::Reply> ClientPolicy::objection_to_connection() {
  auto& defences = *world_.defences;
  const auto now = clock_now();
  if (const auto left = defences.bans.left(guest_, now); left.count() > 0) {
    return smtp::reply(
        421, "4.7.0",
        fmt::format("Too many offences from {}; try again in {} seconds", guest_.host, left.count()));
  }
  if (defences.rates.is_spent(guest_.network, guests::Kind::error, now)) return too_much(421, "errors");
  if (!defences.rates.take(guest_.network, guests::Kind::connection, now))
    return too_much(421, "connections");
  return std::nullopt;
}

// RFC 5321 4.3.1: the client waits for the greeting. Software that only sends does not.
Task<std::optional<smtp::Reply>> ClientPolicy::wait_for_early_talk() {
  if (world_.settings.greeting_delay.count() == 0) co_return std::nullopt;
  const auto readable = co_await visit_.stream.wait_readable(in(world_.settings.greeting_delay));
  if (!readable) co_return std::nullopt;
  std::array<char, 1> first{};
  const auto count = co_await visit_.stream.read_some(first, in(limits::early_octets));
  if (!count) co_return smtp::reply(421, "4.4.2", "Connection closed before the greeting");
  offend(guests::Offence::early_talk);
  co_return smtp::reply(554, "5.5.0", "You talked before the greeting");
}

void ClientPolicy::offend(guests::Offence offence) {
  const auto banned = world_.defences->bans.offend(guest_, clock_now());
  world_.edge.log->info(
      "offence",
      {{"client", visit_.address}, {"what", guests::name_of(offence)}, {"banned_s", banned.count()}});
}

Task<> ClientPolicy::pause(std::chrono::milliseconds wait) {
  if (wait.count() == 0) co_return;
  Timer timer(*world_.edge.io, in(wait));
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(use_task, ignored));
}

Task<> ClientPolicy::learn_standing() {
  if (!inquiry_) co_return;
  standing_ = co_await inquiry_->standing();
  inquiry_.reset();
  if (standing_.slow) tar_pit_.begin_slow();
}

Task<smtp::Reply> ClientPolicy::judge_sender(smtp::Mail mail) {
  sender_ = mail.reverse_path.address();
  if (!guest_.is_gateway && !world_.defences->rates.take(guest_.network, guests::Kind::message, clock_now()))
    co_return too_much(450, "messages");
  co_return smtp::reply(250, "2.1.0", "Sender OK");
}

std::optional<smtp::Reply> ClientPolicy::objection_to_recipient(const smtp::Path& path) {
  if (standing_.refusal && !is_for_the_operator(path)) return standing_.refusal;
  if (!guest_.is_gateway &&
      !world_.defences->rates.take(guest_.network, guests::Kind::recipient, clock_now()))
    return too_much(450, "recipients");
  return std::nullopt;
}

Task<smtp::Reply> ClientPolicy::judge_recipient(smtp::Rcpt recipient) {
  co_await learn_standing();
  const auto& path = recipient.forward_path;
  if (auto refusal = objection_to_recipient(path)) co_return std::move(*refusal);
  // RFC 5321 4.1.1.3: <Postmaster> without a domain is ours.
  auto address = path.domain.empty() ? path.local_part : path.address();
  auto answer = co_await check_recipient(world_, address, connection_, visit_.address);
  if (answer.unknown) co_return co_await after_unknown(std::move(answer.reply));
  if (standing_.slow) co_await pause(tar_pit_.delay());
  if (answer.reply.positive()) {
    if (auto reply = put_off(address)) co_return std::move(*reply);
  }
  co_return std::move(answer.reply);
}

// A dictionary attack is answered slower and slower, and then no more.
Task<smtp::Reply> ClientPolicy::after_unknown(smtp::Reply reply) {
  tar_pit_.unknown_recipient();
  if (guest_.is_gateway) co_return reply;
  co_await pause(tar_pit_.delay());
  if (!tar_pit_.is_over()) co_return reply;
  offend(guests::Offence::name_fishing);
  co_return smtp::reply(421, "4.7.0", "Too many unknown recipients");
}

std::optional<smtp::Reply> ClientPolicy::put_off(const std::string& address) {
  auto& greylist = world_.defences->greylist;
  if (!greylist || guest_.is_gateway) return std::nullopt;
  const auto wait = greylist->wait(guest_.network, sender_, address, clock_now());
  if (wait.count() == 0) return std::nullopt;
  world_.edge.log->debug("put off", {{"client", visit_.address}, {"recipient", address}});
  return smtp::reply(451, "4.7.1", fmt::format("Greylisted; try again in {} seconds", wait.count()));
}

// The profile offers no AUTH.
Task<Event> ClientPolicy::authenticate(Action) { co_return AuthRefused{}; }

Task<edge::Policy::Opened> ClientPolicy::open_message(const Session& session) {
  Origin origin{.client_address = visit_.address,
                .client_name = standing_.name,
                .helo = session.helo(),
                .extended = session.extended(),
                .observations = standing_.observations};
  if (!guest_.is_gateway) {
    for (auto& seen :
         guests::helo_observations(session.helo(), guest_.address, world_.edge.host, world_.edge.domain))
      origin.observations.push_back(std::move(seen));
  }
  co_return std::make_unique<Letter>(world_.settings.max_hops, std::move(origin));
}

void ClientPolicy::message_ended(const smtp::Reply&) {}

void ClientPolicy::session_ended(const Session& session) {
  if (guest_.is_gateway) return;
  world_.defences->rates.charge(guest_.network, guests::Kind::error, session.errors(), clock_now());
  if (session.ending() == "too many errors") offend(guests::Offence::errors);
  if (session.ending() == "bare line end") offend(guests::Offence::smuggling);
}

std::vector<LogPair> ClientPolicy::notes() const {
  std::vector<LogPair> pairs;
  if (tar_pit_.unknown() > 0) pairs.emplace_back("unknown_recipients", tar_pit_.unknown());
  if (!standing_.name.empty()) pairs.emplace_back("name", standing_.name);
  if (!standing_.observations.empty())
    pairs.emplace_back("observed", fmt::format("{}", fmt::join(standing_.observations, " ")));
  return pairs;
}

}  // namespace scop::receiver
