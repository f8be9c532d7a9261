// The certificates that are served on the public ports.
#include <fmt/format.h>

#include "dane/tlsa.hpp"
#include "dns/rdata.hpp"
#include "net/stream.hpp"
#include "net/tls_peer.hpp"
#include "scop/dns_check.hpp"
#include "scop/starttls.hpp"

namespace scop::command {

namespace {

constexpr std::chrono::seconds one_look{20};

struct Port {
  std::uint16_t number = 25;
  bool starttls = true;
  std::string_view what;
};

// What one handshake showed.
struct Look {
  net::PeerProblem problem = net::PeerProblem::none;
  std::string why;
};

Task<Outcome<Look>> look(Executor executor, net::Endpoint endpoint, bool starttls, net::TlsContext context,
                         net::TlsPeer peer) {
  const auto deadline = in(one_look);
  auto stream = co_await net::Stream::connect(executor, endpoint, deadline);
  if (!stream) co_return std::unexpected(stream.error());
  if (starttls) {
    if (auto asked = co_await ask_for_tls(*stream, "scop-check.invalid", deadline); !asked)
      co_return std::unexpected(asked.error());
  }
  const auto shaken = co_await stream->start_tls_to(context, peer, deadline);
  const auto problem = stream->peer_problem();
  if (!shaken && (problem == net::PeerProblem::none || problem == net::PeerProblem::no_handshake))
    co_return std::unexpected(shaken.error());
  co_return Look{problem, shaken ? stream->tls_info().peer_problem : shaken.error().what};
}

Outcome<Look> look_at(const net::Endpoint& endpoint, bool starttls, const Outcome<net::TlsContext>& context,
                      net::TlsPeer peer) {
  if (!context) return std::unexpected(context.error());
  asio::io_context io(1);
  Outcome<Look> result = failure(ErrorKind::cancelled, "nothing was looked at");
  asio::co_spawn(
      io,
      [](Outcome<Look>& into, Task<Outcome<Look>> task) -> Task<> {
        into = co_await std::move(task);
      }(result, look(io.get_executor(), endpoint, starttls, *context, std::move(peer))),
      asio::detached);
  io.run();
  return result;
}

void judge_certificate(const std::string& subject, const Look& seen, bool has_tlsa, Findings& findings) {
  switch (seen.problem) {
    case net::PeerProblem::none:
      findings.ok(subject, "its certificate is valid and names the host");
      break;
    case net::PeerProblem::expired:
      findings.problem(subject, "its certificate has expired",
                       "renew it (`scop acme`, or put a new one in place)");
      break;
    case net::PeerProblem::wrong_name:
      findings.problem(subject, "its certificate does not name the host: " + seen.why,
                       "have one issued for that name");
      break;
    default:
      findings.warning(subject,
                       fmt::format("its certificate is not one that others trust: {}{}", seen.why,
                                   has_tlsa ? " (TLSA records vouch for it where DANE is used)" : ""),
                       "have one issued by a public authority");
  }
}

void check_tlsa(const CheckWorld& world, const Port& port, const net::Endpoint& endpoint,
                const std::string& subject, Findings& findings) {
  net::TlsPeer peer{.server_name = world.facts.host, .names = {world.facts.host}, .tlsa = {}};
  for (const auto& rdata :
       world.look_up({fmt::format("_{}._tcp.{}", port.number, world.facts.host), dns::Type::tlsa}).records) {
    if (auto tlsa = dns::read_tlsa(rdata)) peer.tlsa.push_back(std::move(*tlsa));
  }
  if (peer.tlsa.empty()) return;
  const auto seen = look_at(endpoint, port.starttls, net::TlsContext::dane_client(), std::move(peer));
  if (seen && seen->problem == net::PeerProblem::none) {
    findings.ok(subject, "a TLSA record fits the certificate served");
  } else {
    findings.problem(
        subject,
        fmt::format("no TLSA record fits the certificate served: {}", seen ? seen->why : seen.error().what),
        "who uses DANE delivers nothing here: publish the served key's record (`scop dns publish`) before "
        "anything else");
  }
}

void check_port(const CheckWorld& world, const Port& port, Findings& findings) {
  for (const auto& endpoint : endpoints_of(world, world.facts.addresses, port.number)) {
    const auto subject = fmt::format("{}:{} ({})", world.facts.host, port.number, net::to_text(endpoint));
    const net::TlsPeer peer{.server_name = world.facts.host, .names = {world.facts.host}, .tlsa = {}};
    const auto seen =
        look_at(endpoint, port.starttls, net::TlsContext::opportunistic_client(world.authorities), peer);
    if (!seen) {
      findings.problem(
          subject, fmt::format("{}: {}", port.what, seen.error().what),
          "is the daemon up, and does the way there let it through? ([dns] probe names another one)");
      continue;
    }
    const bool has_tlsa =
        !world.look_up({fmt::format("_{}._tcp.{}", port.number, world.facts.host), dns::Type::tlsa})
             .records.empty();
    judge_certificate(subject, *seen, has_tlsa, findings);
    check_tlsa(world, port, endpoint, subject, findings);
  }
}

}  // namespace

void check_served(const CheckWorld& world, Findings& findings) {
  std::set<std::uint16_t> served{25};
  for (const auto& key : world.facts.served) served.insert(key.port);
  for (const auto& port :
       {Port{25, true, "takes no mail under TLS"}, Port{465, false, "takes no submissions"},
        Port{587, true, "takes no submissions under TLS"}, Port{443, false, "serves nothing"}}) {
    if (served.contains(port.number)) check_port(world, port, findings);
  }
}

}  // namespace scop::command
