// Accepts connections on one endpoint until stopped; survives EMFILE by pausing. SO_REUSEADDR; IPV6_V6ONLY.
#pragma once

#include <functional>
#include <memory>

#include "asio/task.hpp"
#include "net/endpoint.hpp"
#include "net/stream.hpp"

namespace scop::net {

class Listener {
 public:
  // Binds and listens at once, so that a privileged port can be opened before privileges go.
  static Outcome<Listener> bind(asio::io_context& io, const Endpoint& endpoint);
  Listener(Listener&&) noexcept;
  Listener& operator=(Listener&&) noexcept;
  ~Listener();

  Endpoint local() const;
  // Calls `accepted` for each connection until stop().
  void start(std::function<void(Stream)> accepted);
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
  explicit Listener(std::shared_ptr<State> state);
};

}  // namespace scop::net
