// A server, channels to it and an io_context for one test; run() drives a coroutine to its end.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <string>

#include "certificates.hpp"
#include "pipe/channel.hpp"
#include "pipe/server.hpp"

namespace scop::test {

using namespace std::chrono_literals;

class Mesh {
 public:
  explicit Mesh(std::string callee = "relay", pipe::ServerLimits limits = {}) : callee_(std::move(callee)) {
    make_server(limits, net::Endpoint(asio::ip::address_v4::loopback(), 0));
  }

  void make_server(pipe::ServerLimits limits, const net::Endpoint& endpoint) {
    server = std::make_unique<pipe::Server>(io, log, trust_domain, callee_, limits);
    const auto bound = server->bind(endpoint);
    if (!bound) throw std::runtime_error(bound.error().what);
    server->use(authority.pipe(callee_));
  }

  std::unique_ptr<pipe::Channel> channel(const std::string& caller) {
    auto made = std::make_unique<pipe::Channel>(io, log, trust_domain, callee_, server->local());
    made->use(authority.pipe(caller));
    return made;
  }

  // Until `task` has ended; other work may still be under way then.
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
    ASSERT_TRUE(done) << "the test did not end";
  }

  static Deadline soon(std::chrono::milliseconds wait = 10s) { return in(wait); }
  Task<> pause(std::chrono::milliseconds wait) {
    Timer timer(io.get_executor());
    timer.expires_after(wait);
    co_await timer.async_wait(use_task);
  }

  Folder folder;
  Authority authority{folder.path / "mesh"};
  Log log{"test", LogForm::text, LogLevel::error};
  asio::io_context io{1};
  std::unique_ptr<pipe::Server> server;

 private:
  std::string callee_;
};

}  // namespace scop::test
