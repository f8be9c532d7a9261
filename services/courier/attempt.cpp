#include "courier/attempt.hpp"

#include <fmt/format.h>

#include "courier/route.hpp"
#include "courier/tls_session.hpp"
#include "dns/domain.hpp"
#include "pipe/trace_context.hpp"

namespace scop::courier {

using settings::RouteTls;

Attempt::Attempt(World& world, Body& body, v1::AttemptEnvelope envelope, Deadline end)
    : world_(world),
      body_(body),
      envelope_(std::move(envelope)),
      end_(end),
      plan_(plan_of(envelope_)),
      wishes_{envelope_.requiretls(), envelope_.tls_optional()},
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
  const Manner manner{route.port, route.tls == RouteTls::implicit, credentials ? &*credentials : nullptr,
                      &world_.route_rules, policy_of_named(route.tls, route.host, wishes_.requiretls)};
  report_.set_limit_key(fmt::format("{}:{}", route.host, route.port));
  report_.set_policy(manner.tls.label);
  if (const auto address = dns::Address::from_text(route.host)) {
    if (co_await try_idle(route.host, manner) == Progress::decided) co_return;
    co_await try_address(route.host, *address, manner);
  } else {
    co_await try_named(route.host, manner);
  }
}

Task<> Attempt::to_literal(dns::Address address) {
  const auto host = address.text();
  report_.set_limit_key(host);
  const bool usable = world_.mx_rules.loopback || !address.is_never_remote();
  if (!usable) {
    note(to_ending(mx::no_usable_address(host)));
    co_return;
  }
  const auto manner = to_mx(policy_of_named(world_.settings.tls, host, wishes_.requiretls));
  report_.set_policy(manner.tls.label);
  if (co_await try_idle(host, manner) == Progress::decided) co_return;
  co_await try_address(host, address, manner);
}

Task<> Attempt::by_mx(std::string domain) {
  auto way = co_await find_domain(world_, domain, wishes_, envelope_.trace(), end_);
  report_.set_limit_key(way.hosts ? way.hosts->limit_key : domain);
  if (!way.hosts) {
    const auto& verdict = way.hosts.error();
    if (!verdict.permanent) {
      world_.log.warning("look-up failed", {{"id", envelope_.id()}, {"domain", domain}, {"why", way.why}});
    }
    note(to_ending(verdict));
    co_return;
  }
  tls_ = std::move(way.tls);
  if (way.sts.failure != tls_policy::Failure::none) *report_.add_tls_sessions() = session_of(tls_, way.sts);
  // Among equals, one that we are connected to goes first.
  const auto& in_order = way.hosts->in_order;
  std::vector<std::string> names;
  for (const auto& host : in_order) {
    const bool equal = host.preference == in_order.front().preference;
    const bool first = equal && world_.pool.has_host(host_key(host.name, world_.settings.port));
    names.insert(first ? names.begin() : names.end(), host.name);
  }
  co_await try_hosts(std::move(names));
  // RFC 5321 5.1: a domain that has neither MX nor address records.
  const bool implicit = in_order.front().implicit;
  if (implicit && ending_ && ending_->permanent && ending_->reply.enhanced == "5.4.4") {
    ending_ = to_ending(mx::no_mail_host(domain));
  }
}

Attempt::Manner Attempt::to_mx(tls_policy::HostPolicy tls) const {
  const auto& settings = world_.settings;
  return {settings.port, settings.tls == RouteTls::implicit, nullptr, &world_.mx_rules, std::move(tls)};
}

void Attempt::note(Ending ending) {
  if (ending_ && !ending_->permanent && ending.permanent) return;
  ending_ = std::move(ending);
}

void Attempt::log(std::chrono::steady_clock::time_point began) const {
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  const auto trace = pipe::context_of(envelope_.trace());
  world_.log.info("attempt", {{"id", envelope_.id()},
                              {"domain", envelope_.domain()},
                              {"result", summary_of(report_)},
                              {"reply", telling_reply(report_)},
                              {"mx", report_.mx()},
                              {"address", report_.address()},
                              {"tls", report_.tls().empty() ? "none" : report_.tls()},
                              {"policy", report_.policy().empty() ? "none" : report_.policy()},
                              {"uncertain", report_.uncertain() ? "yes" : "no"},
                              {"took_ms", took.count()},
                              {"trace", trace.id},
                              {"span", trace.span},
                              {"parent", trace.parent}});
}

}  // namespace scop::courier
