#include "service.hpp"

#include "pipe/method.hpp"

namespace scop::relay {

Outcome<> RelayService::bind(daemon::Boot&) { return {}; }

Outcome<> RelayService::open(daemon::Boot& boot) {
  neighbours_.emplace(boot.channel("accounts"), boot.channel("courier"), boot.channel("signer"));
  auto world = World::open(
      boot.io(), boot.log(),
      {boot.mesh().host, boot.mesh().domain, boot.mesh().postmaster, boot.state(), settings_}, *neighbours_);
  if (!world) return std::unexpected(std::move(world.error()));
  world_ = std::move(*world);
  serve(boot.server());
  return {};
}

// The lambdas are no coroutines themselves: one would outlive what it captured.
void RelayService::serve(pipe::Server& server) {
  server.on_stream(pipe::methods::pass,
                   [world = world_.get()](pipe::Call call, pipe::Incoming<v1::Part>& parts) {
                     return world->intake().pass(std::move(call), parts);
                   });
  server.on_unary(pipe::methods::outcome,
                  [world = world_.get()](pipe::Call call, v1::OutcomeQuestion question) {
                    return world->intake().outcome(std::move(call), std::move(question));
                  });
  server.on_unary(pipe::methods::queue_list,
                  [world = world_.get()](pipe::Call call, v1::QueueListRequest request) {
                    return world->administration().list(std::move(call), std::move(request));
                  });
  server.on_unary(pipe::methods::queue_show,
                  [world = world_.get()](pipe::Call call, v1::QueueItemRequest request) {
                    return world->administration().show(std::move(call), std::move(request));
                  });
  server.on_unary(pipe::methods::queue_act,
                  [world = world_.get()](pipe::Call call, v1::QueueActRequest request) {
                    return world->administration().act(std::move(call), std::move(request));
                  });
}

}  // namespace scop::relay
