#include "scop/acme_proof.hpp"

#include <fmt/format.h>

#include <thread>

#include "core/base64.hpp"
#include "dane/tlsa.hpp"
#include "net/stream.hpp"
#include "net/tls_peer.hpp"
#include "scop/starttls.hpp"
#include "scop/waiting_for.hpp"

namespace scop::command::acme {

namespace {

constexpr std::chrono::seconds one_try{15};
constexpr std::chrono::milliseconds between_tries{500};

// "PROXY v2, LOCAL": the proxy itself, asking how we are (proxy-protocol.txt 2.2).
constexpr std::string_view proxy_local("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16);

Task<Outcome<bool>> look(Executor executor, const Port& port, std::string server_name,
                         std::string certificate) {
  const auto deadline = in(one_try);
  const auto context = net::TlsContext::dane_client();
  if (!context) co_return std::unexpected(context.error());
  auto stream = co_await net::Stream::connect(executor, port.endpoint, deadline);
  if (!stream) co_return std::unexpected(stream.error());
  if (port.wants_proxy) {
    if (auto sent = co_await stream->write(proxy_local, deadline); !sent)
      co_return std::unexpected(sent.error());
  }
  if (port.starttls) {
    if (auto asked = co_await ask_for_tls(*stream, "localhost", deadline); !asked)
      co_return std::unexpected(asked.error());
  }
  const net::TlsPeer peer{.server_name = std::move(server_name),
                          .names = {},
                          .tlsa = {{.usage = dane::dane_ee,
                                    .selector = dane::whole_certificate,
                                    .matching = dane::sha2_256,
                                    .data = from_hex(certificate).value_or("")}}};
  const auto shaken = co_await stream->start_tls_to(*context, peer, deadline);
  if (shaken) co_return true;
  if (stream->peer_problem() == net::PeerProblem::no_tlsa_match) co_return false;
  co_return std::unexpected(shaken.error());
}

Outcome<> prove_port(const Pair& pair, const Port& port, const std::string& certificate) {
  const auto name = pair.names.front().starts_with("*.") ? std::string() : pair.names.front();
  const auto shows =
      waiting_for<bool>([&](Executor executor) { return look(executor, port, name, certificate); });
  if (!shows) return failure(shows.error().kind, fmt::format("{}: {}", port.name, shows.error().what));
  if (*shows) return {};
  return failure(ErrorKind::conflict, fmt::format("{} still serves another certificate", port.name));
}

}  // namespace

Outcome<> prove(const Pair& pair, const std::string& certificate, std::chrono::milliseconds patience) {
  const auto deadline = in(patience);
  for (const auto& port : pair.ports) {
    for (;;) {
      auto proven = prove_port(pair, port, certificate);
      if (proven) break;
      if (std::chrono::steady_clock::now() + between_tries >= deadline) return proven;
      std::this_thread::sleep_for(between_tries);
    }
  }
  return {};
}

}  // namespace scop::command::acme
