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
  world_->count(boot.metrics());
  serve(boot.server());
  serve_reports(boot.server());
  return {};
}

namespace {

using Pending = pipe::Result<v1::PendingReports>;

Pending answer_of(Outcome<v1::PendingReports> pending) {
  if (!pending) return pipe::fail(pipe::Code::unavailable, pending.error().what);
  return std::move(*pending);
}

Pending switched_off() { return pipe::fail(pipe::Code::failed_precondition, "[relay] tls_reports is false"); }

Task<Pending> pending_reports(TlsReporting* reporting) {
  if (reporting == nullptr) co_return switched_off();
  co_return answer_of(co_await reporting->pending());
}

Task<Pending> send_reports(TlsReporting* reporting, v1::SendReportsRequest request) {
  if (reporting == nullptr) co_return switched_off();
  const auto sent = co_await reporting->send(request.now(), request.domain());
  if (!sent) co_return pipe::fail(pipe::Code::unavailable, sent.error().what);
  co_return answer_of(co_await reporting->pending());
}

}  // namespace

void RelayService::serve_reports(pipe::Server& server) {
  auto* reporting = world_->tls_reporting();
  server.on_unary(pipe::methods::pending_tls_reports,
                  [reporting](pipe::Call, v1::Nothing) { return pending_reports(reporting); });
  server.on_unary(pipe::methods::send_tls_reports, [reporting](pipe::Call, v1::SendReportsRequest request) {
    return send_reports(reporting, std::move(request));
  });
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
