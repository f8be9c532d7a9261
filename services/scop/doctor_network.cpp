// The network: our public ports, the resolver, the DNS, and the way out to other mail servers.
#include <fmt/format.h>

#include "dane/tlsa.hpp"
#include "dns/address.hpp"
#include "files/descriptor.hpp"
#include "net/tls_peer.hpp"
#include "scop/acme_world.hpp"
#include "scop/dns_found.hpp"
#include "scop/doctor.hpp"
#include "scop/starttls.hpp"
#include "scop/waiting_for.hpp"

namespace scop::command {

namespace {

constexpr std::chrono::seconds one_look{10};
constexpr std::chrono::seconds patience{20};
constexpr std::uint64_t most_pem = 256U << 10U;

struct Seen {
  std::string greeting;  // empty: TLS from the first octet
  bool is_ours = false;  // the certificate that lies on disk
};

Task<Outcome<Seen>> look(Executor executor, const acme::Port& port, std::string host, dns::Tlsa certificate) {
  const auto deadline = in(one_look);
  const auto context = net::TlsContext::dane_client();
  if (!context) co_return std::unexpected(context.error());
  auto stream = co_await net::Stream::connect(executor, port.endpoint, deadline);
  if (!stream) co_return std::unexpected(stream.error());
  Seen seen;
  if (port.starttls) {
    const auto hello = co_await ask_for_tls(*stream, "localhost", deadline);
    if (!hello) co_return std::unexpected(hello.error());
    seen.greeting = smtp::in_one_line(*hello);
  }
  const auto shaken = co_await stream->start_tls_to(
      *context, {.server_name = host, .names = {}, .tlsa = {certificate}}, deadline);
  seen.is_ours = shaken.has_value();
  if (!shaken && stream->peer_problem() != net::PeerProblem::no_tlsa_match)
    co_return std::unexpected(shaken.error());
  co_return seen;
}

void look_at_port(const DoctorWorld& world, const acme::Port& port, const dns::Tlsa& certificate,
                  Findings& findings) {
  const auto& host = world.settings.mesh.host;
  const auto subject = fmt::format("{} ({})", port.name, net::to_text(port.endpoint));
  if (port.wants_proxy) {
    findings.ok(subject, "was not looked at: it speaks with proxies alone");
    return;
  }
  const auto seen =
      waiting_for<Seen>([&](Executor executor) { return look(executor, port, host, certificate); });
  if (!seen) {
    findings.problem(subject, seen.error().what,
                     seen.error().kind == ErrorKind::denied
                         ? "the daemon's log says why it refuses"
                         : "is the daemon up, and no firewall in between?");
  } else if (!seen->is_ours) {
    findings.problem(
        subject, "shows another certificate than the one on disk",
        "who else listens there? If it is our daemon: its log says why it did not read the new one");
  } else if (port.starttls && !seen->greeting.contains(host)) {
    findings.warning(subject, fmt::format("greets as \"{}\", not as {}", seen->greeting, host),
                     "restart it: [mesh] host has changed");
  } else {
    findings.ok(subject, port.starttls ? "greets, offers STARTTLS, and shows the certificate on disk"
                                       : "shows the certificate on disk");
  }
}

Task<Outcome<smtp::Reply>> greet(Executor executor, net::Endpoint endpoint) {
  const auto deadline = in(one_look);
  auto stream = co_await net::Stream::connect(executor, endpoint, deadline);
  if (!stream) co_return std::unexpected(stream.error());
  auto greeting = co_await read_reply(*stream, deadline);
  if (greeting) static_cast<void>(co_await stream->write("QUIT\r\n", deadline));
  co_return greeting;
}

v1::Answer ask(const DoctorWorld& world, const std::string& name, dns::Type type) {
  v1::Question question;
  question.set_name(name);
  question.set_type(static_cast<std::uint32_t>(type));
  const auto answer = world.instance.call("resolver", pipe::methods::lookup, question, patience);
  if (answer) return *answer;
  v1::Answer none;
  none.set_rcode(2);
  none.set_why(answer.error().message);
  return none;
}

// Where mail for the domain goes: a route's host, or the hosts that the courier would try.
std::vector<net::Endpoint> ways_out(const DoctorWorld& world, std::string& why) {
  const auto& courier = world.settings.courier;
  const auto& domain = world.options.outbound;
  std::vector<std::pair<std::string, std::uint16_t>> hosts;
  for (const auto& route : courier.routes) {
    const bool fits = route.domain == "*" || route.domain == domain ||
                      (route.domain.starts_with('.') && domain.ends_with(route.domain));
    if (!fits) continue;
    hosts.emplace_back(route.host, route.port);
    break;
  }
  if (hosts.empty()) {
    v1::ExplainRequest request;
    request.set_domain(domain);
    const auto explained =
        world.instance.call("courier", pipe::methods::explain, request, std::chrono::seconds(60));
    why = explained ? explained->verdict() : explained.error().message;
    if (explained) {
      for (const auto& mx : explained->mx()) {
        for (const auto& address : mx.addresses()) hosts.emplace_back(address, courier.port);
      }
    }
  }
  std::vector<net::Endpoint> endpoints;
  for (const auto& [host, port] : hosts) {
    boost::system::error_code error;
    const auto literal = asio::ip::make_address(host, error);
    if (!error) {
      endpoints.emplace_back(literal, port);
      continue;
    }
    const auto answer = ask(world, host, dns::Type::a);
    for (const auto& record : answer.records()) {
      if (const auto address = dns::Address::from_octets(record))
        endpoints.emplace_back(asio::ip::make_address(address->text(), error), port);
    }
    if (endpoints.empty()) why = fmt::format("{} has no address: {}", host, answer.why());
  }
  return endpoints;
}

}  // namespace

void look_at_ports(const DoctorWorld& world, Findings& findings) {
  const auto acme_world = acme::read_world(world.context, world.instance);
  if (!acme_world) {
    findings.warning("ports", "were not looked at: " + acme_world.error().what,
                     "`scop dns check` looks from outside");
    return;
  }
  for (const auto& pair : acme_world->pairs) {
    if (pair.placements.empty()) continue;
    const auto& file = pair.placements.front().certificate;
    const auto pem = files::read_whole(file, most_pem);
    const auto tlsa = pem ? dane::tlsa_of(*pem, dane::dane_ee, dane::whole_certificate, dane::sha2_256)
                          : std::unexpected(pem.error());
    if (!tlsa) {
      findings.problem(file.string(), tlsa.error().what, "`scop certs public install CERT KEY`, or [acme]");
      continue;
    }
    for (const auto& port : pair.ports) look_at_port(world, port, *tlsa, findings);
  }
}

void look_at_resolver(const DoctorWorld& world, Findings& findings) {
  if (!world.answers("resolver")) {
    findings.warning("resolver", "was not asked: it does not answer", "see above, under daemons");
    return;
  }
  const auto& name = world.options.signed_name;
  const auto good_one = ask(world, name, dns::Type::soa);
  if (good_one.validation() == v1::Answer::SECURE) {
    findings.ok("resolver", fmt::format("validates {}", name));
  } else if (good_one.validation() == v1::Answer::BOGUS) {
    findings.problem(
        "resolver", fmt::format("finds {} bogus: {}", name, good_one.why()),
        "is the clock right? Do [resolver] trust_anchors fit, and does a forwarder pass DNSSEC on?");
  } else if (good_one.rcode() != 0) {
    findings.problem(
        "resolver", fmt::format("has no answer for {}: {}", name, good_one.why()),
        "is the way out open (ports 53 UDP and TCP), or the forwarder up? `scop resolver stats`");
    return;
  } else {
    findings.problem("resolver", fmt::format("answers for {}, and does not validate", name),
                     world.settings.resolver.dnssec
                         ? "trust anchors are missing, or [resolver] insecure_domains covers it"
                         : "[resolver] dnssec = true");
  }
  if (world.options.bogus_name.empty()) return;
  const auto bad_one = ask(world, world.options.bogus_name, dns::Type::a);
  if (bad_one.validation() == v1::Answer::BOGUS) {
    findings.ok("resolver", fmt::format("refuses {}, which is signed wrongly", world.options.bogus_name));
  } else if (!bad_one.records().empty()) {
    findings.problem("resolver",
                     fmt::format("believes {}, which is signed wrongly", world.options.bogus_name),
                     "forged answers are believed: [resolver] dnssec, trust anchors, insecure_domains");
  } else {
    findings.warning("resolver",
                     fmt::format("had no answer for {}: {}", world.options.bogus_name, bad_one.why()),
                     "name another with --bogus");
  }
}

void look_at_dns(const DoctorWorld& world, Findings& findings) {
  static_cast<void>(find_in_domains(world.context, world.instance, {world.settings.mesh.domain}, findings));
}

void look_outwards(const DoctorWorld& world, Findings& findings) {
  if (!world.answers("courier")) {
    findings.warning("courier", "was not asked: it does not answer", "see above, under daemons");
    return;
  }
  std::string why = "it has no mail host";
  const auto endpoints = ways_out(world, why);
  if (endpoints.empty()) {
    findings.problem(world.options.outbound, "no way there: " + why,
                     "name another domain with --outbound; `scop tls explain` says more");
    return;
  }
  for (const auto& endpoint : endpoints) {
    const auto greeting =
        waiting_for<smtp::Reply>([&](Executor executor) { return greet(executor, endpoint); });
    why = greeting ? smtp::in_one_line(*greeting) : greeting.error().what;
    if (!greeting || !greeting->positive()) continue;
    findings.ok(world.options.outbound, fmt::format("{} greets us", net::to_text(endpoint)));
    return;
  }
  findings.problem(world.options.outbound,
                   fmt::format("{} does not let us in: {}", net::to_text(endpoints.back()), why),
                   "many providers close port 25 outwards until they are asked; or send by a smarthost "
                   "([courier] smarthost)");
}

}  // namespace scop::command
