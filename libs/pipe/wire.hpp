// Moves octets between a net::Stream and a session without a socket: one coroutine reads, one writes, and
// what becomes ready while a write is under way leaves together in the next.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "asio/task.hpp"
#include "net/stream.hpp"
#include "pipe/gate.hpp"

namespace scop::pipe {

// Whose octets they are. `received` and `fill` may be called at any time between start() and ended().
class WireEnd {
 public:
  virtual ~WireEnd() = default;
  virtual Outcome<> received(std::string_view octets) = 0;
  virtual Outcome<> fill(std::string& out, std::size_t most) = 0;  // appends what is to be sent
  virtual bool finished() = 0;                                     // nothing more comes or goes: close
  virtual void ended(const Error& why) = 0;                        // once, the last call
};

class Wire : public std::enable_shared_from_this<Wire> {
 public:
  Wire(net::Stream stream, const std::shared_ptr<Alarms>& alarms)
      : stream_(std::move(stream)), work_(alarms) {}

  void start(std::shared_ptr<WireEnd> end);
  void flush() { work_.notify(); }
  void close(Error why);
  bool is_open() const { return !closed_; }

 private:
  static Task<> read(std::shared_ptr<Wire> self, std::shared_ptr<WireEnd> end);
  static Task<> write(std::shared_ptr<Wire> self, std::shared_ptr<WireEnd> end);
  net::Stream stream_;
  Gate work_;
  Error why_;
  bool closed_ = false;
};

}  // namespace scop::pipe
