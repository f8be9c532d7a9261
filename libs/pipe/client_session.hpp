// The caller's end of one connection without its socket: calls in, octets out, octets in, events out. HTTP/2
// by nghttp2 and gRPC's framing on it; never waits, never reads a clock.
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

class ClientSession {
 public:
  struct Ready {};      // the callee's first SETTINGS: it speaks HTTP/2 and has taken us
  struct GoingAway {};  // GOAWAY: no new calls here
  struct Replied {      // the call is over; Status.may_have_been_seen is set
    std::int32_t stream = 0;
    Result<std::string> result;
  };
  struct Drained {  // less than low_water octets of the call wait to be sent
    std::int32_t stream = 0;
  };
  using Event = std::variant<Ready, GoingAway, Replied, Drained>;

  static constexpr std::size_t low_water = 64U << 10U;

  ClientSession(std::string authority, std::size_t most_message);
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;
  ~ClientSession();

  Outcome<> receive(std::string_view octets);
  Outcome<> send(std::string& out, std::size_t most);
  std::vector<Event> take_events();
  bool finished() const;

  // The stream of a new call; 0 where the connection takes none any more.
  std::int32_t open(std::string_view method, std::optional<std::chrono::nanoseconds> timeout,
                    std::string_view trace);
  // All of these are without effect on a call that is over.
  void write(std::int32_t stream, std::string_view message);
  void end(std::int32_t stream);
  void cancel(std::int32_t stream);  // no event follows
  std::size_t unsent(std::int32_t stream) const;
  bool was_sent(std::int32_t stream) const;  // its HEADERS have left

  void ping();
  bool usable() const { return !going_away_; }
  std::size_t open_streams() const { return streams_.size(); }
  std::size_t most_streams() const;  // the callee's limit

 private:
  struct Stream;
  struct Callbacks;
  friend struct Callbacks;
  Stream* find(std::int32_t id) const;
  void reply(Stream& stream, Result<std::string> result);
  void close(Stream& stream, std::uint32_t code);
  void data(Stream& stream, std::string_view octets);
  void conclude(Stream& stream);

  std::string authority_;
  std::size_t most_message_;
  SessionOwner session_;
  std::unordered_map<std::int32_t, std::unique_ptr<Stream>> streams_;
  std::vector<Event> events_;
  bool ready_ = false;
  bool going_away_ = false;
};

}  // namespace scop::pipe
