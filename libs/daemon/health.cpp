#include "daemon/health.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "log/log.hpp"
#include "net/endpoint.hpp"
#include "pipe/channel.hpp"
#include "pipe/method.hpp"

namespace scop::daemon {

namespace {

using Question = grpc::health::v1::HealthCheckRequest;
using Answer = grpc::health::v1::HealthCheckResponse;

// A pipe that listens everywhere is asked on loopback.
net::Endpoint to_dial(net::Endpoint listening) {
  if (!listening.address().is_unspecified()) return listening;
  if (listening.address().is_v6()) return {asio::ip::address_v6::loopback(), listening.port()};
  return {asio::ip::address_v4::loopback(), listening.port()};
}

Task<> ask(pipe::Channel& channel, int& exit_status) {
  constexpr std::chrono::seconds patience{3};
  const auto answer = co_await channel.call(pipe::methods::health, Question{}, in(patience));
  if (!answer) {
    fmt::print("not serving: {}: {}\n", name_of(answer.error().code), answer.error().message);
  } else if (answer->status() == Answer::SERVING) {
    fmt::print("serving\n");
    exit_status = 0;
  } else {
    fmt::print("not serving: {}\n", static_cast<int>(answer->status()));
  }
}

}  // namespace

int ask_health(const settings::Mesh& mesh, std::string_view daemon, net::TlsContext identity) {
  const auto endpoint = net::parse_endpoint(mesh.listen.find(daemon)->second);
  if (!endpoint) {
    fmt::print(stderr, "scop-{}: {}\n", daemon, endpoint.error().what);
    return 2;
  }
  asio::io_context io(1);
  const Log log(std::string(daemon), mesh.log_form, LogLevel::error);
  pipe::Channel channel(io, log, mesh.domain, std::string(daemon), to_dial(*endpoint));
  channel.use(std::move(identity));
  int exit_status = 1;
  asio::co_spawn(io, ask(channel, exit_status), [&io](const std::exception_ptr&) { io.stop(); });
  io.run();
  std::fflush(stdout);
  return exit_status;
}

}  // namespace scop::daemon
