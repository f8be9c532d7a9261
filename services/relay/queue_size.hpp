// How much waits in the queue, and how long already: counted in the database now and then, the rarer the
// longer it takes, and remembered for whoever asks.
#pragma once

#include "asio/task.hpp"
#include "core/clock.hpp"
#include "log/log.hpp"
#include "store/writer.hpp"

namespace scop::relay {

struct QueueFigures {
  std::int64_t messages = 0;
  std::int64_t held = 0;
  std::int64_t octets = 0;
  std::int64_t recipients = 0;  // not finished
  Time oldest{};                // of those that are not held; 0: there is none
};

class QueueSize {
 public:
  QueueSize(asio::io_context& io, const Log& log, store::Writer& writer)
      : io_(io), log_(log), writer_(writer), wake_(io) {}

  void start();
  void stop();
  const QueueFigures& figures() const { return figures_; }
  double oldest_age() const;  // seconds

 private:
  Task<> loop();
  asio::io_context& io_;
  const Log& log_;
  store::Writer& writer_;
  Timer wake_;
  QueueFigures figures_;
  bool stopping_ = false;
};

}  // namespace scop::relay
