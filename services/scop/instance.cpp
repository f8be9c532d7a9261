#include "scop/instance.hpp"

#include <fmt/format.h>

#include "daemon/certificates.hpp"

namespace scop::command {

std::optional<Instance> Instance::open(const Context& context) {
  auto document = config::Document::load(context.config);
  if (!document) {
    context.terminal.problem(fmt::format("{}\n      name it with --config FILE, or make one with `scop init`",
                                         document.error().what));
    return std::nullopt;
  }
  auto mesh = settings::read_mesh(*document);
  for (const auto& problem : document->problems()) context.terminal.problem(problem);
  if (!document->problems().empty()) return std::nullopt;
  return Instance(std::move(*document), std::move(mesh));
}

pipe::Result<> Instance::converse(std::string_view callee,
                                  const std::function<Task<>(pipe::Channel&)>& conversation) const {
  const auto endpoint = net::parse_endpoint(mesh_.dial.find(callee)->second);
  if (!endpoint) return pipe::fail(pipe::Code::failed_precondition, endpoint.error().what);
  auto identity = daemon::Certificates(mesh_, "operator").load();
  if (!identity) return pipe::fail(pipe::Code::failed_precondition, identity.error().what);
  asio::io_context io(1);
  // What goes wrong comes back as the call's result: no log line beside it.
  const Log log("scop", LogForm::text, LogLevel::error, -1);
  pipe::Channel channel(io, log, mesh_.domain, std::string(callee), *endpoint);
  channel.use(std::move(*identity));
  asio::co_spawn(io, conversation(channel), [&io](const std::exception_ptr&) { io.stop(); });
  io.run();
  return {};
}

int report(const Context& context, std::string_view callee, const Instance& instance,
           const pipe::Status& status) {
  const auto& address = instance.mesh().dial.find(callee)->second;
  if (status.code == pipe::Code::unavailable || status.code == pipe::Code::deadline_exceeded) {
    context.terminal.problem(
        fmt::format("{} at {} did not answer: {}\n      is the mesh up? `scop up` runs it, `scop health` "
                    "asks every daemon",
                    callee, address, status.message));
    return unreachable;
  }
  context.terminal.problem(
      fmt::format("{} at {}: {}: {}", callee, address, name_of(status.code), status.message));
  return status.code == pipe::Code::failed_precondition ? wrong_usage : declined;
}

}  // namespace scop::command
