// A callee without a daemon around it: scop-test-callee DOMAIN NAME FOLDER serves Accounts/Resolve and
// Stage/Pass with FOLDER/{ca,NAME}.pem and FOLDER/NAME.key, prints its port and drains on SIGTERM.
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>

#include "pipe/server.hpp"
#include "pipe/trace_context.hpp"

namespace {

using namespace scop;
using pipe::Call;
using pipe::Result;

Task<Result<v1::ResolveReply>> resolve(Call call, v1::ResolveRequest request) {
  if (request.address() == "slow") {
    Timer timer(co_await asio::this_coro::executor);
    timer.expires_after(std::chrono::seconds(2));
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
  }
  if (request.address() == "fail") co_return pipe::fail(pipe::Code::failed_precondition, "50 % für Ärger\n");
  v1::ResolveReply reply;
  reply.set_mailbox(call.caller + "/" + std::string(scop::pipe::trace_id_of(call.trace)) + "/" +
                    request.address());
  co_return reply;
}

Task<Result<v1::Receipt>> pass(Call, pipe::Incoming<v1::Part>& incoming) {
  std::size_t octets = 0;
  for (;;) {
    auto part = co_await incoming.next(in(std::chrono::seconds(10)));
    if (!part) co_return std::unexpected(part.error());
    if (!*part) break;
    octets += (*part)->data().size();
  }
  v1::Receipt receipt;
  receipt.mutable_accepted()->set_queue_id(std::to_string(octets));
  co_return receipt;
}

int serve(const std::string& domain, const std::string& name, const std::filesystem::path& folder) {
  asio::io_context io(1);
  const Log log(name, LogForm::text);
  pipe::Server server(io, log, domain, name);
  auto context = net::TlsContext::pipe(folder / "ca.pem", folder / (name + ".pem"), folder / (name + ".key"));
  const auto bound = server.bind(net::Endpoint(asio::ip::address_v4::loopback(), 0));
  if (!context || !bound) {
    log.error("no start", {{"reason", context ? bound.error().what : context.error().what}});
    return 1;
  }
  server.use(*context);
  server.on_unary(pipe::methods::resolve, resolve);
  server.on_stream(pipe::methods::pass, pass);
  server.start();
  asio::basic_signal_set<Executor> signals(io, SIGTERM);
  signals.async_wait([&](const boost::system::error_code&, int) {
    asio::co_spawn(io.get_executor(), server.drain(in(std::chrono::seconds(5))),
                   [&](std::exception_ptr) { io.stop(); });
  });
  std::printf("%u\n", unsigned{server.local().port()});
  std::fflush(stdout);
  io.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  return serve(argv[1], argv[2], argv[3]);
}
