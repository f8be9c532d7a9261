// Two connected streams on loopback and a way to run a coroutine to its end.
#pragma once

#include <gtest/gtest.h>

#include "net/listener.hpp"
#include "net/stream.hpp"

namespace scop::test {

using namespace std::chrono_literals;

class Loop {
 public:
  Loop() {
    auto bound = net::Listener::bind(io, net::Endpoint(asio::ip::address_v4::loopback(), 0));
    if (!bound) throw std::runtime_error(bound.error().what);
    listener = std::move(*bound);
    listener->start([this](net::Stream stream) { server = std::move(stream); });
    run([](Loop& self) -> Task<> {
      auto stream = co_await net::Stream::connect(self.io.get_executor(), self.listener->local(), in(5s));
      EXPECT_TRUE(stream.has_value());
      self.client = std::move(*stream);
    }(*this));
    while (!server) io.run_one_for(10ms);
  }

  void run(Task<> task) {
    bool done = false;
    std::exception_ptr thrown;
    asio::co_spawn(io.get_executor(), std::move(task), [&](std::exception_ptr exception) {
      done = true;
      thrown = exception;
    });
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (!done && std::chrono::steady_clock::now() < end) io.run_one_for(100ms);
    if (thrown) std::rethrow_exception(thrown);
    ASSERT_TRUE(done);
  }
  void spawn(Task<> task) { asio::co_spawn(io.get_executor(), std::move(task), asio::detached); }

  asio::io_context io{1};
  std::optional<net::Listener> listener;
  std::optional<net::Stream> server;
  std::optional<net::Stream> client;
};

// Exactly `count` octets, or what came before the end.
inline Task<std::string> read_exactly(net::Stream& stream, std::size_t count) {
  std::string all(count, '\0');
  std::size_t held = 0;
  while (held < count) {
    const auto got = co_await stream.read_some(std::span(all).subspan(held), in(10s));
    if (!got) break;
    held += *got;
  }
  all.resize(held);
  co_return all;
}

}  // namespace scop::test
