// One SMTP connection of the benchmark programs: a socket, TLS on it (SSL_set_fd on Asio readiness), lines.
// Operations have no deadlines of their own: close() breaks them, and a program's watchdog calls it.
#pragma once

#include <openssl/types.h>

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "asio/task.hpp"
#include "core/error.hpp"

namespace scop::bench {

class Connection {
 public:
  explicit Connection(TcpSocket socket);
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;
  ~Connection();

  static Task<Outcome<Connection>> open(Executor executor, asio::ip::tcp::endpoint to,
                                        std::optional<asio::ip::address> from);

  Task<Outcome<>> start_tls_client(SSL_CTX* context);
  Task<Outcome<>> start_tls_server(SSL_CTX* context);
  bool is_tls() const { return ssl_ != nullptr; }
  std::string tls_text() const;  // "TLSv1.3 TLS_AES_256_GCM_SHA384"

  Task<Outcome<>> write(std::string_view octets);
  // The next line without its CRLF.
  Task<Outcome<std::string>> line();
  // Up to and without the CRLF.CRLF that ends a message; still dot-stuffed.
  Task<Outcome<std::string>> data();
  // Whether octets that were received wait to be read: the peer pipelines.
  bool has_pending() const { return start_ < received_.size(); }
  // Octets received behind a STARTTLS command would be an injection: they are dropped.
  void forget_pending();
  void close();
  // Whether the peer has closed, or has said something unasked (a 421): an idle session that is none any
  // more.
  bool is_over();

 private:
  Task<Outcome<>> handshake(SSL_CTX* context, bool server);
  Task<Outcome<>> ready(TcpSocket::wait_type what);
  Task<Outcome<>> fill();
  int transfer_in(std::span<char> room, bool& wants_write);

  TcpSocket socket_;
  SSL* ssl_ = nullptr;
  std::string received_;
  std::size_t start_ = 0;
};

struct Reply {
  int code = 0;
  std::string text;  // the lines' texts, joined by LF
};

// RFC 5321 4.2: all lines of one reply.
Task<Outcome<Reply>> read_reply(Connection& connection);

}  // namespace scop::bench
