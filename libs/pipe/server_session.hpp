// The callee's end of one connection without its socket: octets in, events out, answers in, octets out.
// HTTP/2 by nghttp2 and gRPC's framing on it; never waits, never reads a clock.
//
// A stream: Began → Message* → Ended → respond(), or Gone at any time before respond(). Windows: a stream's
// octets are credited when its messages are taken, or while its reader has nothing and waits (hungry), so a
// reader that stalls holds back its own stream and no other.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "pipe/frame.hpp"
#include "pipe/http2.hpp"
#include "pipe/status.hpp"

namespace scop::pipe {

struct SessionLimits {
  std::uint32_t streams = 256;
  std::uint32_t stream_window = 256U << 10U;
  std::size_t message_octets = 4U << 20U;
};

class ServerSession {
 public:
  struct Began {
    std::int32_t stream = 0;
    std::string method;  // "scop.v1.Stage/Pass"
    std::optional<std::chrono::nanoseconds> timeout;
    std::string trace;
  };
  struct Message {
    std::int32_t stream = 0;
    std::string octets;
  };
  struct Ended {
    std::int32_t stream = 0;
  };
  struct Gone {
    std::int32_t stream = 0;
  };
  using Event = std::variant<Began, Message, Ended, Gone>;

  explicit ServerSession(SessionLimits limits);
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;
  ~ServerSession();

  // An error ends the connection. Breaches of HTTP/2 are answered with GOAWAY in send(), then finished() is
  // true.
  Outcome<> receive(std::string_view octets);
  Outcome<> send(std::string& out, std::size_t most);
  std::vector<Event> take_events();
  bool finished() const;

  // All of these are without effect on a stream that is gone.
  void respond(std::int32_t stream, const Result<std::string>& result);
  void refuse(std::int32_t stream);  // REFUSED_STREAM: the application has not seen it
  void taken(std::int32_t stream, std::size_t message_octets);
  void hungry(std::int32_t stream);

  void ping();
  // GOAWAY with the last stream that was begun; later ones are not looked at.
  void go_away();
  std::size_t open_streams() const { return streams_.size(); }

 private:
  struct Stream;
  struct Callbacks;
  friend struct Callbacks;
  Stream* find(std::int32_t id);
  void begin(Stream& stream);
  void data(Stream& stream, std::string_view octets);
  void credit(Stream& stream, std::size_t octets);
  void answer_http(Stream& stream, std::string_view status);
  void fail_stream(Stream& stream, const Status& status);

  SessionLimits limits_;
  SessionOwner session_;
  std::unordered_map<std::int32_t, std::unique_ptr<Stream>> streams_;
  std::vector<Event> events_;
  std::deque<std::string> messages_;  // scratch
  bool going_away_ = false;
};

}  // namespace scop::pipe
