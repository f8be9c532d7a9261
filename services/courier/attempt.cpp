#include "courier/attempt.hpp"

#include <fmt/format.h>

#include <cstring>

#include "core/id.hpp"
#include "courier/limits.hpp"
#include "courier/route.hpp"
#include "dns/domain.hpp"
#include "net/endpoint.hpp"

namespace scop::courier {

using settings::RouteTls;

namespace {

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  const auto octets = random_octets(sizeof(seed));
  std::memcpy(&seed, octets.data(), sizeof(seed));
  return seed;
}

smtp_client::TlsPolicy policy_of(RouteTls tls) {
  switch (tls) {
    case RouteTls::off:
      return smtp_client::TlsPolicy::off;
    case RouteTls::opportunistic:
      return smtp_client::TlsPolicy::opportunistic;
    case RouteTls::require:
    case RouteTls::verify:
    case RouteTls::implicit:
      break;
  }
  return smtp_client::TlsPolicy::require;
}

Ending no_connection(const std::string& host, const Error& error) {
  const auto what = error.kind == ErrorKind::timed_out ? "timed out" : "failed";
  return {smtp::reply(451, "4.4.1", fmt::format("connecting to {} {}", host, what)), false, true, false};
}

Ending too_many_connections() {
  return {smtp::reply(451, "4.3.2", "too many connections at once; trying later"), false, true, false};
}

asio::ip::address to_asio(const dns::Address& address) { return asio::ip::make_address(address.text()); }

}  // namespace

Attempt::Attempt(World& world, Body& body, v1::AttemptEnvelope envelope, Deadline end)
    : world_(world),
      body_(body),
      envelope_(std::move(envelope)),
      end_(end),
      plan_(plan_of(envelope_)),
      report_(begin_report(envelope_, plan_)) {}

Task<pipe::Result<v1::AttemptReport>> Attempt::run() {
  const auto began = std::chrono::steady_clock::now();
  if (plan_.bad_reverse_path) {
    note({smtp::reply(553, "5.1.7", "the reverse path is not an address"), true, true, false});
  } else if (!plan_.indices.empty()) {
    const auto literal = dns::Address::from_literal(envelope_.domain());
    const auto domain = dns::to_a_labels(envelope_.domain());
    if (literal) {
      co_await to_literal(*literal);
    } else if (!domain) {
      note(to_ending(mx::bad_domain(envelope_.domain())));
    } else if (const auto* route = route_of(*domain, world_.settings.routes)) {
      co_await by_route(*route);
    } else {
      co_await by_mx(*domain);
    }
  }
  if (broken_) co_return std::unexpected(*broken_);
  if (ending_) end_with(report_, plan_, *ending_);
  log(began);
  co_return std::move(report_);
}

Task<> Attempt::by_route(const settings::Route& route) {
  by_route_ = true;
  const auto index = static_cast<std::size_t>(&route - world_.settings.routes.data());
  const auto& credentials = world_.credentials[index];
  Manner manner{route.port, route.tls, credentials ? &*credentials : nullptr, &world_.route_rules};
  report_.set_limit_key(fmt::format("{}:{}", route.host, route.port));
  if (const auto address = dns::Address::from_text(route.host)) {
    co_await try_literal(route.host, *address, manner);
  } else {
    co_await try_host(route.host, manner);
  }
}

Task<> Attempt::to_literal(dns::Address address) {
  report_.set_limit_key(address.text());
  const bool usable = world_.mx_rules.loopback || !address.is_never_remote();
  if (!usable) {
    note(to_ending(mx::no_usable_address(address.text())));
    co_return;
  }
  co_await try_literal(address.text(), address,
                       {world_.settings.port, world_.settings.tls, nullptr, &world_.mx_rules});
}

Task<> Attempt::by_mx(std::string domain) {
  const auto answer = co_await look_up(world_.resolver, domain, dns::Type::mx, envelope_.trace());
  const auto hosts = mx::hosts_of(domain, answer, world_.own_hosts, random_seed());
  report_.set_limit_key(hosts ? hosts->limit_key : domain);
  if (!hosts) {
    if (!hosts.error().permanent) {
      world_.log.warning("look-up failed", {{"id", envelope_.id()}, {"domain", domain}, {"why", answer.why}});
    }
    note(to_ending(hosts.error()));
    co_return;
  }
  const Manner manner{world_.settings.port, world_.settings.tls, nullptr, &world_.mx_rules};
  // Among equals, one that we are connected to goes first.
  std::vector<std::string> names;
  for (const auto& host : hosts->in_order) {
    const bool equal = host.preference == hosts->in_order.front().preference;
    const bool first = equal && world_.pool.has(key_of(host.name, manner));
    names.insert(first ? names.begin() : names.end(), host.name);
  }
  co_await try_hosts(std::move(names), manner);
  // RFC 5321 5.1: a domain that has neither MX nor address records.
  const bool implicit = hosts->in_order.front().implicit;
  if (implicit && ending_ && ending_->permanent && ending_->reply.enhanced == "5.4.4") {
    ending_ = to_ending(mx::no_mail_host(domain));
  }
}

Task<Attempt::Progress> Attempt::try_hosts(std::vector<std::string> hosts, Manner manner) {
  for (const auto& host : hosts) {
    if (co_await try_host(host, manner) == Progress::decided) co_return Progress::decided;
    if (addresses_tried_ >= mx::most_addresses || std::chrono::steady_clock::now() >= end_) break;
  }
  co_return Progress::go_on;
}

Task<Attempt::Progress> Attempt::try_idle(std::string host, Manner manner) {
  const auto key = key_of(host, manner);
  auto held = world_.pool.take(key);
  if (!held.connection) co_return Progress::go_on;
  if (co_await use(std::move(held), key) == Progress::decided) co_return Progress::decided;
  ending_.reset();  // an idle connection that has gone stale says nothing about the host
  co_return Progress::go_on;
}

Task<Attempt::Progress> Attempt::try_literal(std::string host, dns::Address address, Manner manner) {
  if (co_await try_idle(host, manner) == Progress::decided) co_return Progress::decided;
  co_return co_await try_address(std::move(host), address, manner);
}

Task<Attempt::Progress> Attempt::try_host(std::string host, Manner manner) {
  if (co_await try_idle(host, manner) == Progress::decided) co_return Progress::decided;
  const auto answers = co_await look_up_host(world_.io, world_.resolver, host, manner.rules->v4,
                                             manner.rules->v6, envelope_.trace());
  const auto addresses = mx::addresses_of(host, answers.a, answers.aaaa, *manner.rules, random_seed());
  if (!addresses) {
    note(to_ending(addresses.error()));
    co_return Progress::go_on;
  }
  for (const auto& address : *addresses) {
    if (co_await try_address(host, address, manner) == Progress::decided) co_return Progress::decided;
    if (addresses_tried_ >= mx::most_addresses || std::chrono::steady_clock::now() >= end_) break;
  }
  co_return Progress::go_on;
}

// RFC 3207, RFC 7435: where TLS is opportunistic and breaks, the same host is asked in the clear.
Task<Attempt::Progress> Attempt::try_address(std::string host, dns::Address address, Manner manner) {
  ++addresses_tried_;
  const auto progress = co_await try_fresh(host, address, manner, false);
  if (progress == Progress::decided || !ending_ || manner.tls != RouteTls::opportunistic) co_return progress;
  if (envelope_.requiretls() || !ending_->handshake_failed) co_return progress;
  ending_.reset();
  co_return co_await try_fresh(std::move(host), address, manner, true);
}

Task<Attempt::Progress> Attempt::try_fresh(std::string host, dns::Address address, Manner manner,
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
  if (!co_await held.connection->open(end_)) {
    note(to_ending(held.connection->trouble()));
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

Target Attempt::target_of(const std::string& host, const dns::Address& address, const Manner& manner,
                          bool without_tls) const {
  Target target{host, net::Endpoint(to_asio(address), manner.port), {}, nullptr};
  target.policy.helo = world_.settings.helo;
  target.policy.tls = without_tls ? smtp_client::TlsPolicy::off : policy_of(manner.tls);
  if (envelope_.requiretls()) target.policy.tls = smtp_client::TlsPolicy::require;
  target.policy.implicit_tls = manner.tls == RouteTls::implicit;
  target.policy.credentials = manner.credentials;
  const bool verify = manner.tls == RouteTls::verify || manner.tls == RouteTls::implicit;
  target.tls = verify ? &world_.verifying : &world_.opportunistic;
  return target;
}

std::string Attempt::key_of(const std::string& host, const Manner& manner) const {
  return fmt::format("{}:{} {} {}", host, manner.port, static_cast<int>(manner.tls),
                     envelope_.requiretls() ? "requiretls" : "");
}

void Attempt::note(Ending ending) {
  if (ending_ && !ending_->permanent && ending.permanent) return;
  ending_ = std::move(ending);
}

void Attempt::log(std::chrono::steady_clock::time_point began) const {
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  world_.log.info("attempt", {{"id", envelope_.id()},
                              {"domain", envelope_.domain()},
                              {"result", summary_of(report_)},
                              {"reply", telling_reply(report_)},
                              {"mx", report_.mx()},
                              {"address", report_.address()},
                              {"tls", report_.tls().empty() ? "none" : report_.tls()},
                              {"uncertain", report_.uncertain() ? "yes" : "no"},
                              {"took_ms", took.count()}});
}

}  // namespace scop::courier
