// One host after the other, one address after the other, until somebody decides.
#include <fmt/format.h>

#include "courier/attempt.hpp"
#include "courier/limits.hpp"
#include "courier/look_up.hpp"
#include "courier/tls_session.hpp"
#include "net/endpoint.hpp"

namespace scop::courier {

using tls_policy::Level;

namespace {

smtp_client::TlsPolicy policy_of(Level level) {
  if (level == Level::off) return smtp_client::TlsPolicy::off;
  return level == Level::opportunistic ? smtp_client::TlsPolicy::opportunistic
                                       : smtp_client::TlsPolicy::require;
}

Ending no_connection(const std::string& host, const Error& error) {
  const auto what = error.kind == ErrorKind::timed_out ? "timed out" : "failed";
  return {smtp::reply(451, "4.4.1", fmt::format("connecting to {} {}", host, what)), false, true, false};
}

Ending too_many_connections() {
  return {smtp::reply(451, "4.3.2", "too many connections at once; trying later"), false, true, false};
}

// TLS that is missing or broken: whose wish it was, and, for REQUIRETLS, that it ends here (RFC 8689 4.2.1).
Ending no_tls(Ending ending, const std::string& label, bool requiretls) {
  auto& reply = ending.reply;
  if (!ending.ours || (reply.enhanced != "4.7.10" && reply.enhanced != "4.7.5")) return ending;
  if (!label.empty()) reply.lines.front() += fmt::format(" ({})", label);
  if (!requiretls) return ending;
  reply.code = 550;
  reply.enhanced = "5.7.10";
  ending.permanent = true;
  return ending;
}

asio::ip::address to_asio(const dns::Address& address) { return asio::ip::make_address(address.text()); }

}  // namespace

std::string host_key(const std::string& host, std::uint16_t port) {
  return fmt::format("{}:{} ", host, port);
}

// Connections are shared by who logs in as the same and asks the same of TLS.
std::string Attempt::key_of(const std::string& host, const Manner& manner) {
  const auto account = manner.credentials == nullptr ? std::string() : manner.credentials->login;
  return fmt::format("{}{} {}", host_key(host, manner.port), account, manner.tls.key());
}

bool Attempt::exhausted() const {
  return addresses_tried_ >= mx::most_addresses || std::chrono::steady_clock::now() >= end_;
}

Task<> Attempt::try_hosts(std::vector<std::string> hosts) {
  for (const auto& host : hosts) {
    if (co_await try_mx_host(host) == Progress::decided || exhausted()) break;
  }
}

Task<Attempt::Progress> Attempt::try_mx_host(std::string host) {
  // Where no TLSA record can change it, the policy is known already: an open connection needs no look-up.
  if (!wants_tlsa(world_.settings, tls_)) {
    const auto policy = tls_policy::policy_of(tls_, host, {});
    if (policy) {
      report_.set_policy(policy->label);
      if (co_await try_idle(host, to_mx(*policy)) == Progress::decided) co_return Progress::decided;
    }
  }
  auto way = co_await find_host(world_, tls_, host, envelope_.trace());
  if (!way.addresses) {
    note(to_ending(way.addresses.error()));
    co_return Progress::go_on;
  }
  if (!way.policy) {
    const auto& refusal = way.policy.error();
    report_.set_mx(host);
    report_.set_policy(refusal.label);
    if (refusal.failure != tls_policy::Failure::none)
      *report_.add_tls_sessions() = session_of(tls_, host, way.dane, refusal);
    note(to_ending(refusal.verdict));
    co_return Progress::go_on;
  }
  const auto manner = to_mx(std::move(*way.policy));
  report_.set_policy(manner.tls.label);
  if (co_await try_idle(host, manner) == Progress::decided) co_return Progress::decided;
  co_return co_await try_addresses(std::move(host), std::move(*way.addresses), manner);
}

Task<Attempt::Progress> Attempt::try_named(std::string host, const Manner& manner) {
  if (co_await try_idle(host, manner) == Progress::decided) co_return Progress::decided;
  const dane::Host::Wish wish{manner.port, manner.rules->v4, manner.rules->v6, false};
  const auto found = co_await look_up_host(world_.resolver, host, wish, envelope_.trace());
  auto addresses = mx::addresses_of(host, found.a(), found.aaaa(), *manner.rules, random_seed());
  if (!addresses) {
    note(to_ending(addresses.error()));
    co_return Progress::go_on;
  }
  co_return co_await try_addresses(std::move(host), std::move(*addresses), manner);
}

Task<Attempt::Progress> Attempt::try_addresses(std::string host, std::vector<dns::Address> addresses,
                                               const Manner& manner) {
  for (const auto& address : addresses) {
    if (co_await try_address(host, address, manner) == Progress::decided) co_return Progress::decided;
    if (exhausted()) break;
  }
  co_return Progress::go_on;
}

Task<Attempt::Progress> Attempt::try_idle(std::string host, const Manner& manner) {
  const auto key = key_of(host, manner);
  auto held = world_.pool.take(key);
  if (!held.connection) co_return Progress::go_on;
  auto before = ending_;
  if (co_await use(std::move(held), key) == Progress::decided) co_return Progress::decided;
  ending_ = std::move(before);  // an idle connection that has gone stale says nothing about the host
  co_return Progress::go_on;
}

// RFC 3207, RFC 7435: where TLS is opportunistic and breaks, the same host is asked in the clear.
Task<Attempt::Progress> Attempt::try_address(std::string host, dns::Address address, const Manner& manner) {
  ++addresses_tried_;
  auto before = ending_;  // of other hosts: what was temporary there stays so
  const auto progress = co_await try_fresh(host, address, manner, false);
  if (progress == Progress::decided || !ending_ || manner.tls.level != Level::opportunistic)
    co_return progress;
  if (!ending_->handshake_failed || manner.implicit_tls) co_return progress;
  ending_ = std::move(before);
  co_return co_await try_fresh(std::move(host), address, manner, true);
}

Task<Attempt::Progress> Attempt::try_fresh(std::string host, dns::Address address, const Manner& manner,
                                           bool without_tls) {
  Pool::Held held;
  held.slot = co_await world_.pool.slot(std::min(end_, in(limits::slot_wait)));
  if (!held.slot.valid()) {
    note(too_many_connections());
    co_return Progress::go_on;
  }
  auto target = target_of(host, address, manner, without_tls);
  report_.set_mx(host);
  report_.set_address(net::to_text(target.endpoint));
  const auto& source = address.is_v6() ? world_.source_v6 : world_.source_v4;
  auto stream = co_await net::Stream::connect(world_.io.get_executor(), target.endpoint,
                                              std::min(end_, in(world_.timeouts.connect)), source);
  if (!stream) {
    note(no_connection(report_.address(), stream.error()));
    co_return Progress::go_on;
  }
  held.connection = std::make_unique<Connection>(std::move(*stream), std::move(target), world_.timeouts);
  const bool open = co_await held.connection->open(end_);
  note_session(*held.connection);
  if (!open) {
    note(no_tls(to_ending(held.connection->trouble()), manner.tls.label, wishes_.requiretls));
    co_return Progress::go_on;
  }
  co_return co_await use(std::move(held), key_of(host, manner));
}

Task<Attempt::Progress> Attempt::use(Pool::Held held, std::string key) {
  auto& connection = *held.connection;
  const bool fresh = connection.transactions() == 0;
  report_.set_mx(connection.target().host);
  report_.set_address(net::to_text(connection.target().endpoint));
  report_.set_tls(connection.tls_text());
  if (auto objection = objection_to(connection)) {
    note(std::move(*objection));
    world_.pool.put(key, std::move(held));
    co_return Progress::go_on;
  }
  if (!co_await may_leave_by(connection)) {
    world_.pool.put(key, std::move(held));
    co_return Progress::go_on;  // another address of theirs may be reached from another one of ours
  }
  auto done = co_await connection.transact(plan_.transaction, body_, end_);
  if (!done) {
    broken_ = std::move(done.error());
    co_return Progress::decided;
  }
  const auto& transaction = connection.report();
  // What an idle connection announced some time ago decides nothing for ever.
  if (transaction.before_mail || (transaction.unasked && !fresh)) {
    const auto& first = transaction.recipients.front();
    note({first.reply, false, first.ours, false});
    co_return Progress::go_on;
  }
  ending_.reset();
  end_with(report_, plan_, transaction);
  world_.pool.put(key, std::move(held));
  co_return Progress::decided;
}

Task<bool> Attempt::may_leave_by(const Connection& connection) {
  if (by_route_) co_return true;
  auto objection = co_await world_.sender_check.objection({envelope_.reverse_path(), connection.local(),
                                                           connection.target().endpoint, envelope_.id(),
                                                           envelope_.trace()});
  if (objection) note({std::move(*objection), false, true, false});
  co_return !objection;
}

// RFC 8689 4.2.1: a host that cannot promise to go on that way does not get the message; another one may.
std::optional<Ending> Attempt::objection_to(const Connection& connection) const {
  if (!wishes_.requiretls || connection.capabilities().requiretls) return std::nullopt;
  return Ending{smtp_client::no_requiretls(), true, true, false};
}

void Attempt::note_session(const Connection& connection) {
  if (tls_.name.empty()) return;  // a route or a literal: no domain's policy
  if (auto session = session_of(tls_, connection)) *report_.add_tls_sessions() = std::move(*session);
}

Target Attempt::target_of(const std::string& host, const dns::Address& address, const Manner& manner,
                          bool without_tls) const {
  Target target{host,
                net::Endpoint(to_asio(address), manner.port),
                {},
                manner.tls,
                &world_.context_of(manner.tls.level)};
  target.policy.helo = world_.settings.helo;
  target.policy.tls = without_tls ? smtp_client::TlsPolicy::off : policy_of(manner.tls.level);
  target.policy.implicit_tls = manner.implicit_tls;
  target.policy.credentials = manner.credentials;
  return target;
}

}  // namespace scop::courier
