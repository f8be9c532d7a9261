// A TCP connection, in clear or under TLS (SSL_set_fd on Asio readiness: an idle one stays small).
// Every operation has a deadline; a passed deadline gives ErrorKind::timed_out, the peer's end
// ErrorKind::closed. One read and one write may be under way at the same time. close(), or destroying the
// stream, ends both with ErrorKind::cancelled; awaitable operators (||) do not cancel them. SIGPIPE is
// ignored from the first TlsContext on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "asio/task.hpp"
#include "net/endpoint.hpp"
#include "net/tls.hpp"

struct ssl_st;

namespace scop::net {

struct TlsPeer;
enum class PeerProblem : std::uint8_t;

class Stream {
 public:
  explicit Stream(TcpSocket socket);
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;
  ~Stream();

  static Task<Outcome<Stream>> connect(Executor executor, Endpoint endpoint, Deadline deadline,
                                       std::optional<boost::asio::ip::address> from = std::nullopt);

  // At least one octet; 0 is never returned: the end is ErrorKind::closed.
  Task<Outcome<std::size_t>> read_some(std::span<char> into, Deadline deadline);
  Task<Outcome<>> write(std::string_view octets, Deadline deadline);
  // Waits until something could be read, holding no buffer meanwhile (idle sessions stay small).
  Task<Outcome<>> wait_readable(Deadline deadline);

  // The handshake starts with the next octet from the network; whoever read clear text before drops what is
  // left of it.
  Task<Outcome<>> start_tls_server(const TlsContext& context, Deadline deadline);
  // `name` goes into SNI and, with a verifying context, is checked (RFC 6125).
  Task<Outcome<>> start_tls_client(const TlsContext& context, std::string_view name, Deadline deadline);
  // The same with all that must be true of the peer (net/tls_peer.hpp).
  Task<Outcome<>> start_tls_to(const TlsContext& context, const TlsPeer& peer, Deadline deadline);
  // Of the handshake, whether it failed or not; with a context that does not verify, what verifying would
  // have found.
  PeerProblem peer_problem() const;
  bool is_tls() const;
  TlsInfo tls_info() const;
  // RFC 5705 / RFC 8446 7.5; for SCRAM-PLUS: label "EXPORTER-Channel-Binding", 32 octets, empty context (RFC
  // 9266).
  std::optional<std::string> exporter(std::string_view label, std::size_t length) const;

  Endpoint local() const;
  Endpoint remote() const;
  // Says close_notify where it can be said at once; breaks operations under way.
  void close();

 private:
  struct State;
  Outcome<ssl_st*> begin_tls(const TlsContext& context);
  static Task<Outcome<>> shake_hands(std::shared_ptr<State> state, Deadline deadline);
  std::shared_ptr<State> state_;  // operations under way hold it too
};

}  // namespace scop::net
