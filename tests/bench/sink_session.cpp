#include "sink_session.hpp"

#include "core/ascii.hpp"

namespace scop::bench {

namespace {

constexpr std::string_view extensions =
    "250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE 67108864\r\n250-DSN\r\n";

enum class Verb { hello, starttls, data, quit, known, unknown };

Verb verb_of(std::string_view line) {
  const auto verb = ascii::to_upper(line.substr(0, line.find(' ')));
  if (verb == "EHLO" || verb == "HELO" || verb == "LHLO") return Verb::hello;
  if (verb == "STARTTLS") return Verb::starttls;
  if (verb == "DATA") return Verb::data;
  if (verb == "QUIT") return Verb::quit;
  const bool known = verb == "MAIL" || verb == "RCPT" || verb == "RSET" || verb == "NOOP";
  return known ? Verb::known : Verb::unknown;
}

// Replies are gathered while the peer pipelines, and leave together.
Task<bool> say(Connection& connection, std::string& unsent, std::string_view reply) {
  unsent += reply;
  if (connection.has_pending()) co_return true;
  const bool written = (co_await connection.write(unsent)).has_value();
  unsent.clear();
  co_return written;
}

Task<bool> take_message(Connection& connection, std::string& unsent, Arrivals& arrivals) {
  if (!co_await connection.write(unsent + "354 go on\r\n")) co_return false;
  unsent.clear();
  const auto message = co_await connection.data();
  if (!message) co_return false;
  arrivals.note(*message);
  co_return co_await say(connection, unsent, "250 2.0.0 taken\r\n");
}

Task<bool> begin_tls(Connection& connection, std::string& unsent, SSL_CTX* tls) {
  if (!co_await connection.write(unsent + "220 2.0.0 go on\r\n")) co_return false;
  unsent.clear();
  connection.forget_pending();
  co_return (co_await connection.start_tls_server(tls)).has_value();
}

}  // namespace

Task<> take_everything(Connection connection, SSL_CTX* tls, Arrivals& arrivals) {
  std::string unsent;
  bool open = (co_await connection.write("220 sink.example ESMTP\r\n")).has_value();
  while (open) {
    const auto line = co_await connection.line();
    if (!line) break;
    switch (verb_of(*line)) {
      case Verb::hello: {
        const auto* last = connection.is_tls() ? "250 ENHANCEDSTATUSCODES\r\n"
                                               : "250-STARTTLS\r\n250 ENHANCEDSTATUSCODES\r\n";
        open = co_await say(connection, unsent, std::string(extensions) + last);
        break;
      }
      case Verb::starttls:
        open = co_await begin_tls(connection, unsent, tls);
        break;
      case Verb::data:
        open = co_await take_message(connection, unsent, arrivals);
        break;
      case Verb::quit:
        co_await connection.write(unsent + "221 2.0.0 bye\r\n");
        open = false;
        break;
      case Verb::known:
        open = co_await say(connection, unsent, "250 2.0.0 ok\r\n");
        break;
      case Verb::unknown:
        open = co_await say(connection, unsent, "500 5.5.1 unknown\r\n");
        break;
    }
  }
}

}  // namespace scop::bench
