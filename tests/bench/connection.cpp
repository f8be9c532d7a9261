#include "connection.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>

#include "core/ascii.hpp"

namespace scop::bench {

namespace {

constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t longest_message = 64 * 1024 * 1024;

std::unexpected<Error> closed(const char* while_doing) {
  return failure(ErrorKind::closed, fmt::format("connection lost while {}", while_doing));
}

}  // namespace

Connection::Connection(TcpSocket socket) : socket_(std::move(socket)) {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Connection::Connection(Connection&& other) noexcept
    : socket_(std::move(other.socket_)),
      ssl_(std::exchange(other.ssl_, nullptr)),
      received_(std::move(other.received_)),
      start_(other.start_) {}

Connection::~Connection() {
  if (ssl_ != nullptr) SSL_free(ssl_);
}

void Connection::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

bool Connection::is_over() {
  char octet = 0;
  const auto got = ::recv(socket_.native_handle(), &octet, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || errno != EAGAIN;
}

Task<Outcome<Connection>> Connection::open(Executor executor, asio::ip::tcp::endpoint to,
                                           std::optional<asio::ip::address> from) {
  TcpSocket socket(executor);
  boost::system::error_code error;
  socket.open(to.protocol(), error);
  if (error) co_return failure(ErrorKind::unavailable, "socket: " + error.message());
  if (from) {
    const int on = 1;  // the kernel picks the port at connect(): 28,000 per source address and destination
    ::setsockopt(socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    socket.bind({*from, 0}, error);
    if (error) co_return failure(ErrorKind::unavailable, "bind: " + error.message());
  }
  co_await socket.async_connect(to, asio::redirect_error(use_task, error));
  if (error) co_return failure(ErrorKind::unavailable, "connect: " + error.message());
  co_return Connection(std::move(socket));
}

Task<Outcome<>> Connection::ready(TcpSocket::wait_type what) {
  boost::system::error_code error;
  co_await socket_.async_wait(what, asio::redirect_error(use_task, error));
  if (error) co_return failure(ErrorKind::cancelled, error.message());
  co_return Outcome<>{};
}

Task<Outcome<>> Connection::start_tls_client(SSL_CTX* context) { return handshake(context, false); }
Task<Outcome<>> Connection::start_tls_server(SSL_CTX* context) { return handshake(context, true); }

Task<Outcome<>> Connection::handshake(SSL_CTX* context, bool server) {
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, static_cast<int>(socket_.native_handle()));
  while (true) {
    ERR_clear_error();
    const int done = server ? SSL_accept(ssl_) : SSL_connect(ssl_);
    if (done == 1) co_return Outcome<>{};
    const int why = SSL_get_error(ssl_, done);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) co_return closed("shaking hands");
    const auto wait = why == SSL_ERROR_WANT_READ ? TcpSocket::wait_read : TcpSocket::wait_write;
    if (auto woken = co_await ready(wait); !woken) co_return woken;
  }
}

std::string Connection::tls_text() const {
  if (ssl_ == nullptr) return {};
  return fmt::format("{} {}", SSL_get_version(ssl_), SSL_get_cipher_name(ssl_));
}

Task<Outcome<>> Connection::write(std::string_view octets) {
  while (!octets.empty()) {
    auto wait = TcpSocket::wait_write;
    std::size_t taken = 0;
    if (ssl_ != nullptr) {
      ERR_clear_error();
      const int done = SSL_write_ex(ssl_, octets.data(), octets.size(), &taken);
      if (done == 0) {
        const int why = SSL_get_error(ssl_, done);
        if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) co_return closed("writing");
        if (why == SSL_ERROR_WANT_READ) wait = TcpSocket::wait_read;
        taken = 0;
      }
    } else {
      const auto sent = ::send(socket_.native_handle(), octets.data(), octets.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) co_return closed("writing");
      taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    }
    octets.remove_prefix(taken);
    if (taken == 0) {
      if (auto woken = co_await ready(wait); !woken) co_return woken;
    }
  }
  co_return Outcome<>{};
}

// The count of octets read; 0: wait; -1: the end.
int Connection::transfer_in(std::span<char> room, bool& wants_write) {
  if (ssl_ == nullptr) {
    const auto got = ::recv(socket_.native_handle(), room.data(), room.size(), 0);
    if (got < 0 && errno == EAGAIN) return 0;
    return got <= 0 ? -1 : static_cast<int>(got);
  }
  std::size_t got = 0;
  ERR_clear_error();
  const int done = SSL_read_ex(ssl_, room.data(), room.size(), &got);
  if (done == 1) return static_cast<int>(got);
  const int why = SSL_get_error(ssl_, done);
  wants_write = why == SSL_ERROR_WANT_WRITE;
  return wants_write || why == SSL_ERROR_WANT_READ ? 0 : -1;
}

Task<Outcome<>> Connection::fill() {
  if (start_ > 0) {
    received_.erase(0, start_);
    start_ = 0;
  }
  if (received_.size() > longest_message) co_return failure(ErrorKind::too_large, "endless line or message");
  std::array<char, read_size> room;  // NOLINT: filled below
  while (true) {
    bool wants_write = false;
    const int got = transfer_in(room, wants_write);
    if (got < 0) co_return closed("reading");
    if (got > 0) {
      received_.append(room.data(), static_cast<std::size_t>(got));
      co_return Outcome<>{};
    }
    const auto wait = wants_write ? TcpSocket::wait_write : TcpSocket::wait_read;
    if (auto woken = co_await ready(wait); !woken) co_return woken;
  }
}

Task<Outcome<std::string>> Connection::line() {
  while (true) {
    const auto end = received_.find("\r\n", start_);
    if (end != std::string::npos) {
      std::string found = received_.substr(start_, end - start_);
      start_ = end + 2;
      co_return found;
    }
    if (auto more = co_await fill(); !more) co_return std::unexpected(more.error());
  }
}

Task<Outcome<std::string>> Connection::data() {
  std::size_t searched = 0;  // octets behind start_ in which no end was found
  while (true) {
    if (received_.compare(start_, 3, ".\r\n") == 0) {  // an empty message
      start_ += 3;
      co_return std::string();
    }
    const auto end = received_.find("\r\n.\r\n", start_ + searched);
    if (end != std::string::npos) {
      std::string found = received_.substr(start_, end + 2 - start_);
      start_ = end + 5;
      co_return found;
    }
    const auto held = received_.size() - start_;
    searched = held < 4 ? 0 : held - 4;
    if (auto more = co_await fill(); !more) co_return std::unexpected(more.error());
  }
}

void Connection::forget_pending() {
  received_.clear();
  start_ = 0;
}

Task<Outcome<Reply>> read_reply(Connection& connection) {
  Reply reply;
  while (true) {
    auto line = co_await connection.line();
    if (!line) co_return std::unexpected(line.error());
    const auto code =
        ascii::parse_unsigned(std::string_view(*line).substr(0, std::min<std::size_t>(3, line->size())));
    if (!code || line->size() < 3)
      co_return failure(ErrorKind::malformed, "no reply: " + ascii::printable(*line));
    reply.code = static_cast<int>(*code);
    if (!reply.text.empty()) reply.text += '\n';
    if (line->size() > 4) reply.text += line->substr(4);
    if (line->size() == 3 || (*line)[3] != '-') co_return reply;
  }
}

}  // namespace scop::bench
