// A client's session as the front sees it.
#pragma once

#include <string_view>

#include "asio/task.hpp"

namespace scop::edge {

class Session {
 public:
  virtual ~Session() = default;
  // The whole session. `implicit_tls`: the handshake comes first (RFC 8314). `proxied`: a PROXY header comes
  // before it.
  virtual Task<> serve(bool implicit_tls, bool proxied) = 0;
  // Waits for a command: can be sent away at any time.
  virtual bool idle() const = 0;
  // A last word and the end; for a client that is idle. Its own coroutine then finds the stream closed.
  virtual Task<> send_away(std::string_view reply) = 0;  // `reply` is a literal
  virtual void close() = 0;
};

}  // namespace scop::edge
