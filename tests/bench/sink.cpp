// scop-bench-sink: an SMTP server on loopback that takes every message and counts it. It reads commands, one
// a line, on standard input: "count", "reset", "wait N SECONDS" (answers once N have come or the time is
// over), "keys FILE", "quit". Each answer is one line of JSON; SIGTERM answers like "count" and ends.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "figures.hpp"
#include "sink_session.hpp"
#include "tls.hpp"

namespace {

using namespace scop;
using namespace scop::bench;
using asio::ip::tcp;

void answer(const Arrivals& arrivals) {
  fmt::print("{}\n", arrivals.as_json());
  std::fflush(stdout);
}

Task<> accept_all(TcpAcceptor& acceptor, SSL_CTX* tls, Arrivals& arrivals) {
  while (true) {
    boost::system::error_code error;
    auto socket = co_await acceptor.async_accept(asio::redirect_error(use_task, error));
    if (error) {
      if (error == asio::error::operation_aborted) co_return;
      Timer timer(acceptor.get_executor(),
                  std::chrono::milliseconds(50));  // out of descriptors: others will go
      co_await timer.async_wait(asio::redirect_error(use_task, error));
      continue;
    }
    arrivals.note_connection();
    asio::co_spawn(acceptor.get_executor(), take_everything(Connection(std::move(socket)), tls, arrivals),
                   asio::detached);
  }
}

Task<> wait_for(std::uint64_t count, double seconds, const Arrivals& arrivals) {
  const double until = monotonic_seconds() + seconds;
  Timer timer(co_await asio::this_coro::executor);
  boost::system::error_code ignored;
  while (arrivals.count() < count && monotonic_seconds() < until) {
    timer.expires_after(std::chrono::milliseconds(20));
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
  }
}

// False: the sink is to end.
Task<bool> obey(std::string line, Arrivals& arrivals) {
  std::istringstream words(std::move(line));
  std::string verb;
  words >> verb;
  if (verb == "quit") co_return false;
  if (verb == "reset") arrivals.reset();
  if (verb == "wait") {
    std::uint64_t count = 0;
    double seconds = 0;
    words >> count >> seconds;
    co_await wait_for(count, seconds, arrivals);
  }
  if (verb == "keys") {
    std::string file;
    words >> file;
    std::ofstream(file) << arrivals.keys();
  }
  answer(arrivals);
  co_return true;
}

Task<> read_commands(asio::io_context& io, Arrivals& arrivals) {
  asio::posix::basic_stream_descriptor<Executor> input(io.get_executor(), ::dup(STDIN_FILENO));
  std::string text;
  while (true) {
    boost::system::error_code error;
    const auto length = co_await asio::async_read_until(input, asio::dynamic_buffer(text), '\n',
                                                        asio::redirect_error(use_task, error));
    if (error) co_return;  // no commands any more; SIGTERM ends us
    auto line = text.substr(0, length);
    text.erase(0, length);
    if (!co_await obey(std::move(line), arrivals)) break;
  }
  answer(arrivals);
  io.stop();
}

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  std::string address = "127.0.0.1";
  CLI::App app(
      "Takes every SMTP message and counts it; commands on standard input: count, reset, wait N SECONDS, "
      "keys FILE, quit.");
  app.add_option("--port", port, "0: the kernel chooses; the port is the first line printed")
      ->capture_default_str();
  app.add_option("--address", address, "where to listen")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  std::signal(SIGPIPE, SIG_IGN);
  raise_open_files(4096);
  asio::io_context io(1);
  boost::system::error_code error;
  const tcp::endpoint endpoint(asio::ip::make_address(address, error), port);
  TcpAcceptor acceptor(io.get_executor());
  if (!error) acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(1024, error);
  if (error) {
    fmt::print(stderr, "scop-bench-sink: {}:{}: {}\n", address, port, error.message());
    return 1;
  }
  fmt::print("{{\"port\": {}}}\n", acceptor.local_endpoint().port());
  std::fflush(stdout);

  const auto tls = server_context();
  Arrivals arrivals;
  asio::basic_signal_set<Executor> signals(io.get_executor(), SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code& failed, int) {
    if (failed) return;
    answer(arrivals);
    io.stop();
  });
  asio::co_spawn(io.get_executor(), accept_all(acceptor, tls.get(), arrivals), asio::detached);
  asio::co_spawn(io.get_executor(), read_commands(io, arrivals), asio::detached);
  io.run();
}
