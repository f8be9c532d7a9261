// What a call costs: 300-octet unary calls over mutual TLS, eight outstanding, CPU time of the callee's
// thread and of the caller's apart.  scop-test-pipe-cost FOLDER [calls]   (FOLDER as of scop-test-callee:
// relay, accounts)
#include <fmt/format.h>
#include <time.h>

#include <cstdlib>
#include <future>
#include <thread>

#include "pipe/channel.hpp"
#include "pipe/server.hpp"

namespace {

using namespace scop;
using pipe::Call;
using pipe::Result;

constexpr int outstanding = 8;

double thread_microseconds() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) * 1e6 + static_cast<double>(spent.tv_nsec) / 1e3;
}

net::TlsContext context_of(const std::filesystem::path& folder, const std::string& name) {
  auto context = net::TlsContext::pipe(folder / "ca.pem", folder / (name + ".pem"), folder / (name + ".key"));
  if (!context) {
    fmt::print(stderr, "{}\n", context.error().what);
    std::exit(1);
  }
  return *context;
}

// Serves until the deadline; its CPU time.
double serve(net::TlsContext context, std::promise<net::Endpoint> endpoint, std::future<void> stop) {
  asio::io_context io(1);
  const Log log("cost", LogForm::text);
  pipe::Server server(io, log, "mesh.test", "accounts");
  if (!server.bind(net::Endpoint(asio::ip::address_v4::loopback(), 0))) std::exit(1);
  server.use(std::move(context));
  server.on_unary(pipe::methods::resolve,
                  [](Call, v1::ResolveRequest request) -> Task<Result<v1::ResolveReply>> {
                    v1::ResolveReply reply;
                    reply.set_mailbox(request.address());
                    co_return reply;
                  });
  server.start();
  endpoint.set_value(server.local());
  while (stop.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    io.run_for(std::chrono::milliseconds(50));
  return thread_microseconds();
}

Task<> call_in_turn(pipe::Channel& channel, int calls, int& open) {
  v1::ResolveRequest request;
  request.set_address(std::string(290, 'x'));
  for (int i = 0; i < calls; ++i) {
    const auto reply = co_await channel.call(pipe::methods::resolve, request, in(std::chrono::seconds(30)));
    if (!reply) {
      fmt::print(stderr, "{}\n", reply.error().message);
      std::exit(1);
    }
  }
  --open;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const int calls = argc > 2 ? std::atoi(argv[2]) : 100'000;
  std::promise<net::Endpoint> endpoint;
  std::promise<void> stop;
  auto where = endpoint.get_future();
  auto server = std::async(std::launch::async, serve, context_of(argv[1], "accounts"), std::move(endpoint),
                           stop.get_future());
  asio::io_context io(1);
  const Log log("cost", LogForm::text);
  pipe::Channel channel(io, log, "mesh.test", "accounts", where.get());
  channel.use(context_of(argv[1], "relay"));
  const auto began = std::chrono::steady_clock::now();
  int open = outstanding;
  for (int i = 0; i < outstanding; ++i) {
    asio::co_spawn(io.get_executor(), call_in_turn(channel, calls / outstanding, open), asio::detached);
  }
  while (open > 0) io.run_one();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const auto client = thread_microseconds();
  stop.set_value();
  fmt::print(
      "{} calls of 300 octets, {} outstanding: {:.0f}/s, callee {:.1f} µs CPU each, caller {:.1f} µs\n",
      calls, outstanding, calls / took.count(), server.get() / calls, client / calls);
  return 0;
}
