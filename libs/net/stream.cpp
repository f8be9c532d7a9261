#include "net/stream.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "core/ensure.hpp"
#include "net/tls_error.hpp"
#include "net/tls_info.hpp"
#include "net/tls_peer.hpp"
#include "net/wait.hpp"

namespace scop::net {

namespace {

struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

Error system_error(std::string_view what, int code) {
  const bool gone = code == ECONNRESET || code == EPIPE || code == ENOTCONN;
  return {gone ? ErrorKind::closed : ErrorKind::unavailable,
          fmt::format("{}: {}", what, std::strerror(code))};
}

// What one attempt at an OpenSSL operation came to.
struct Attempt {
  bool done = false;
  std::optional<TcpSocket::wait_type> wait_for;  // would block
  Error error;
};

}  // namespace

struct Stream::State {
  explicit State(TcpSocket connected)
      : socket(std::move(connected)),
        read_wait(std::make_shared<Wait>(socket.get_executor())),
        write_wait(std::make_shared<Wait>(socket.get_executor())) {}

  TcpSocket socket;
  std::shared_ptr<Wait> read_wait;
  std::shared_ptr<Wait> write_wait;
  std::unique_ptr<SSL, SslFree> ssl;
  bool established = false;  // the handshake is done
  bool broken = false;       // after a fatal TLS error nothing more may be said, not even close_notify

  // Runs one OpenSSL call and sorts its result.
  template <class Operation>
  Attempt attempt(std::string_view what, Operation operation) {
    ERR_clear_error();
    errno = 0;
    const int result = operation(ssl.get());
    if (result > 0) return {.done = true};
    const int system = errno;
    const int error = SSL_get_error(ssl.get(), result);
    if (error == SSL_ERROR_WANT_READ) return {.wait_for = TcpSocket::wait_read};
    if (error == SSL_ERROR_WANT_WRITE) return {.wait_for = TcpSocket::wait_write};
    if (error != SSL_ERROR_ZERO_RETURN) broken = true;
    return {.error = tls_error(ssl.get(), what, error, system)};
  }
};

namespace {

Outcome<> closed_here() { return failure(ErrorKind::cancelled, "the connection was closed on our side"); }

// Repeats an OpenSSL operation until it is done. A read may have to wait for writing and the other way round
// (key updates), so the wait belongs to the operation, not to the socket's direction.
template <class State, class Operation>
Task<Outcome<>> perform(std::shared_ptr<State> state, std::shared_ptr<Wait> wait, std::string_view what,
                        Operation operation, Deadline deadline) {
  for (;;) {
    if (!state->socket.is_open()) co_return closed_here();
    auto attempt = state->attempt(what, operation);
    if (attempt.done) co_return Outcome<>{};
    if (!attempt.wait_for) co_return std::unexpected(std::move(attempt.error));
    auto ready = co_await wait->until(state->socket, *attempt.wait_for, deadline);
    if (!ready) co_return ready;
  }
}

// The same for a plain socket; `operation` answers as recv(2) and send(2) do.
template <class State, class Operation>
Task<Outcome<std::size_t>> transfer(std::shared_ptr<State> state, std::shared_ptr<Wait> wait,
                                    std::string_view what, TcpSocket::wait_type direction,
                                    Operation operation, Deadline deadline) {
  for (;;) {
    if (!state->socket.is_open()) co_return std::unexpected(closed_here().error());
    const auto count = operation(state->socket.native_handle());
    if (count > 0) co_return static_cast<std::size_t>(count);
    if (count == 0) co_return failure(ErrorKind::closed, fmt::format("{}: closed by the peer", what));
    const int code = errno;
    if (code == EINTR) continue;
    if (code != EAGAIN && code != EWOULDBLOCK) co_return std::unexpected(system_error(what, code));
    if (auto ready = co_await wait->until(state->socket, direction, deadline); !ready) {
      co_return std::unexpected(std::move(ready.error()));
    }
  }
}

}  // namespace

Stream::Stream(TcpSocket socket) {
  boost::system::error_code ignored;
  socket.native_non_blocking(true, ignored);
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  state_ = std::make_shared<State>(std::move(socket));
}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::move(other.state_);
  }
  return *this;
}
Stream::~Stream() { close(); }

Task<Outcome<Stream>> Stream::connect(Executor executor, Endpoint endpoint, Deadline deadline,
                                      std::optional<asio::ip::address> from) {
  const auto what = fmt::format("connect to {}", to_text(endpoint));
  TcpSocket socket(executor);
  boost::system::error_code error;
  socket.open(endpoint.protocol(), error);
  if (error) co_return failure(ErrorKind::exhausted, fmt::format("{}: {}", what, error.message()));
  if (from) socket.bind(Endpoint(*from, 0), error);
  if (error)
    co_return failure(ErrorKind::unavailable,
                      fmt::format("{}: from {}: {}", what, from->to_string(), error.message()));
  Stream stream(std::move(socket));
  auto& state = *stream.state_;
  if (::connect(state.socket.native_handle(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) !=
      0) {
    if (errno != EINPROGRESS)
      co_return std::unexpected(
          Error{ErrorKind::unavailable, fmt::format("{}: {}", what, std::strerror(errno))});
    if (auto ready = co_await state.write_wait->until(state.socket, TcpSocket::wait_write, deadline);
        !ready) {
      ready.error().what = fmt::format("{}: {}", what, ready.error().what);
      co_return std::unexpected(std::move(ready.error()));
    }
    int code = 0;
    socklen_t size = sizeof code;
    ::getsockopt(state.socket.native_handle(), SOL_SOCKET, SO_ERROR, &code, &size);
    if (code != 0)
      co_return failure(ErrorKind::unavailable, fmt::format("{}: {}", what, std::strerror(code)));
  }
  co_return stream;
}

Task<Outcome<std::size_t>> Stream::read_some(std::span<char> into, Deadline deadline) {
  ENSURE(!into.empty());
  const auto state = state_;
  if (!state->ssl) {
    co_return co_await transfer(
        state, state->read_wait, "read", TcpSocket::wait_read,
        [into](int socket) { return ::recv(socket, into.data(), into.size(), MSG_DONTWAIT); }, deadline);
  }
  std::size_t count = 0;
  auto done = co_await perform(
      state, state->read_wait, "read",
      [into, &count](SSL* ssl) { return SSL_read_ex(ssl, into.data(), into.size(), &count) == 1 ? 1 : 0; },
      deadline);
  if (!done) co_return std::unexpected(std::move(done.error()));
  co_return count;
}

Task<Outcome<>> Stream::write(std::string_view octets, Deadline deadline) {
  const auto state = state_;
  while (!octets.empty()) {
    std::size_t count = 0;
    if (state->ssl) {
      auto done = co_await perform(
          state, state->write_wait, "write",
          [octets, &count](SSL* ssl) {
            return SSL_write_ex(ssl, octets.data(), octets.size(), &count) == 1 ? 1 : 0;
          },
          deadline);
      if (!done) co_return done;
    } else {
      auto sent = co_await transfer(
          state, state->write_wait, "write", TcpSocket::wait_write,
          [octets](int socket) {
            return ::send(socket, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
          },
          deadline);
      if (!sent) co_return std::unexpected(std::move(sent.error()));
      count = *sent;
    }
    octets.remove_prefix(count);
  }
  co_return Outcome<>{};
}

Task<Outcome<>> Stream::wait_readable(Deadline deadline) {
  const auto state = state_;
  if (state->ssl && SSL_has_pending(state->ssl.get()) == 1) co_return Outcome<>{};
  co_return co_await state->read_wait->until(state->socket, TcpSocket::wait_read, deadline);
}

// A TLS side on the socket, not yet saying anything.
Outcome<SSL*> Stream::begin_tls(const TlsContext& context) {
  ENSURE(!state_->ssl);
  state_->ssl.reset(SSL_new(context.native()));
  auto* ssl = state_->ssl.get();
  if (ssl != nullptr && SSL_set_fd(ssl, state_->socket.native_handle()) == 1) return ssl;
  state_->broken = true;
  return std::unexpected(openssl_error(ErrorKind::exhausted, "TLS"));
}

Task<Outcome<>> Stream::shake_hands(std::shared_ptr<State> state, Deadline deadline) {
  auto done = co_await perform(
      state, state->read_wait, "TLS handshake", [](SSL* ssl) { return SSL_do_handshake(ssl); }, deadline);
  state->established = done.has_value();
  co_return done;
}

Task<Outcome<>> Stream::start_tls_server(const TlsContext& context, Deadline deadline) {
  const auto state = state_;
  const auto ssl = begin_tls(context);
  if (!ssl) co_return std::unexpected(ssl.error());
  SSL_set_accept_state(*ssl);
  co_return co_await shake_hands(state, deadline);
}

Task<Outcome<>> Stream::start_tls_client(const TlsContext& context, std::string_view name,
                                         Deadline deadline) {
  const auto state = state_;
  const auto ssl = begin_tls(context);
  if (!ssl) co_return std::unexpected(ssl.error());
  const std::string host(name);
  if (!host.empty() &&
      (SSL_set_tlsext_host_name(*ssl, host.c_str()) != 1 || SSL_set1_host(*ssl, host.c_str()) != 1)) {
    state->broken = true;
    co_return std::unexpected(openssl_error(ErrorKind::exhausted, "TLS"));
  }
  SSL_set_connect_state(*ssl);
  co_return co_await shake_hands(state, deadline);
}

Task<Outcome<>> Stream::start_tls_to(const TlsContext& context, const TlsPeer& peer, Deadline deadline) {
  const auto state = state_;
  const auto ssl = begin_tls(context);
  if (!ssl) co_return std::unexpected(ssl.error());
  if (auto expected = expect_peer(*ssl, peer); !expected) {
    state->broken = true;
    co_return expected;
  }
  SSL_set_connect_state(*ssl);
  co_return co_await shake_hands(state, deadline);
}

PeerProblem Stream::peer_problem() const {
  if (!state_ || !state_->ssl) return PeerProblem::no_handshake;
  return problem_of(state_->ssl.get(), state_->established);
}

bool Stream::is_tls() const { return state_ && state_->established; }

TlsInfo Stream::tls_info() const { return is_tls() ? read_tls_info(state_->ssl.get()) : TlsInfo{}; }

std::optional<std::string> Stream::exporter(std::string_view label, std::size_t length) const {
  if (!is_tls()) return std::nullopt;
  std::string material(length, '\0');
  const int done =
      SSL_export_keying_material(state_->ssl.get(), reinterpret_cast<unsigned char*>(material.data()), length,
                                 label.data(), label.size(), nullptr, 0, 1);
  ERR_clear_error();
  if (done != 1) return std::nullopt;
  return material;
}

Endpoint Stream::local() const {
  boost::system::error_code ignored;
  return state_->socket.local_endpoint(ignored);
}

Endpoint Stream::remote() const {
  boost::system::error_code ignored;
  return state_->socket.remote_endpoint(ignored);
}

void Stream::close() {
  if (!state_ || !state_->socket.is_open()) return;
  if (state_->established && !state_->broken) {
    ERR_clear_error();
    SSL_shutdown(state_->ssl.get());
    ERR_clear_error();
  }
  boost::system::error_code ignored;
  state_->socket.close(ignored);
}

}  // namespace scop::net
