#include "verifier/service.hpp"

#include "stage/carry.hpp"
#include "verifier/case_handler.hpp"
#include "verifier/limits.hpp"

namespace scop::verifier {

namespace {

verify::Policy policy_of(const settings::Verifier& settings, const settings::Mesh& mesh) {
  verify::Policy policy;
  policy.authserv_id = settings.authserv_id;
  policy.own_ids = {mesh.host};
  policy.enforce = settings.enforce;
  policy.defer_temperror = settings.defer_temperror;
  policy.trusted_sealers = settings.trusted_sealers;
  return policy;
}

judge::Handler make_handler(const verify::Policy& policy) {
  prepare_algorithms();
  const auto handler = std::make_shared<CaseHandler>(policy);
  return [handler](std::string_view request) { return handler->handle(request); };
}

using Pending = pipe::Result<v1::PendingReports>;

Pending answer_of(Outcome<v1::PendingReports> pending) {
  if (!pending) return pipe::fail(pipe::Code::unavailable, pending.error().what);
  return std::move(*pending);
}

Task<Pending> pending(Reporting* reporting) {
  if (reporting == nullptr)
    co_return pipe::fail(pipe::Code::failed_precondition, "[verifier] reports is false");
  co_return answer_of(co_await reporting->pending());
}

Task<Pending> send(Reporting* reporting, v1::SendReportsRequest request) {
  if (reporting == nullptr)
    co_return pipe::fail(pipe::Code::failed_precondition, "[verifier] reports is false");
  const auto sent = co_await reporting->send(request.now(), request.domain());
  if (!sent) co_return pipe::fail(pipe::Code::unavailable, sent.error().what);
  co_return answer_of(co_await reporting->pending());
}

}  // namespace

Outcome<> Service::bind(daemon::Boot& boot) {
  boot_ = &boot;
  settings_ = settings::read_verifier(boot.document(), boot.mesh().host, boot.mesh().domain);
  return {};
}

Outcome<> Service::open(daemon::Boot& boot) {
  const auto policy = policy_of(settings_, boot.mesh());
  auto judge = judge::Judge::start(
      boot.io(), boot.log(),
      {.name = "verifier-judge", .log_form = boot.mesh().log_form, .memory = limits::judge_memory},
      [&policy] { return make_handler(policy); });
  if (!judge) return std::unexpected(std::move(judge.error()));
  judge_ = std::move(*judge);
  if (settings_.reports) {
    if (auto opened = open_ledger(boot); !opened) return opened;
  }
  world_.emplace(World{.io = boot.io(),
                       .log = boot.log(),
                       .judge = *judge_,
                       .resolver = boot.channel("resolver"),
                       .cache = {},
                       .ledger = ledger_.get()});
  serve(boot.server());
  return {};
}

Outcome<> Service::open_ledger(daemon::Boot& boot) {
  auto ledger = Ledger::open(boot.io(), boot.log(), boot.state() / "reports.sqlite");
  if (!ledger) return std::unexpected(std::move(ledger.error()));
  ledger_ = std::move(*ledger);
  reporting_ = std::make_unique<Reporting>(Reporting::Neighbours{.io = boot.io(),
                                                                 .log = boot.log(),
                                                                 .resolver = boot.channel("resolver"),
                                                                 .signer = boot.channel("signer"),
                                                                 .ledger = *ledger_},
                                           settings_.report_from, boot.mesh().host);
  return {};
}

void Service::serve_reports(pipe::Server& server) {
  server.on_unary(pipe::methods::pending_reports,
                  [this](pipe::Call, v1::Nothing) { return pending(reporting_.get()); });
  server.on_unary(pipe::methods::send_reports, [this](pipe::Call, v1::SendReportsRequest request) {
    return send(reporting_.get(), std::move(request));
  });
}

void Service::serve(pipe::Server& server) {
  serve_reports(server);
  server.on_stream(pipe::methods::pass, [this](pipe::Call call, pipe::Incoming<v1::Part>& parts) {
    return stage::carry({"verifier", boot_->channel("relay"), boot_->log()},
                        std::make_unique<Judging>(*world_), std::move(call), parts);
  });
  server.on_unary(pipe::methods::outcome, [this](pipe::Call call, v1::OutcomeQuestion question) {
    return stage::ask_outcome(boot_->channel("relay"), false, std::move(call), std::move(question));
  });
}

void Service::start() {
  judge_->begin();
  if (ledger_) ledger_->start();
  if (reporting_) reporting_->start();
}

Task<> Service::drain(Deadline) {
  if (reporting_) reporting_->stop();
  if (ledger_) ledger_->stop();
  co_return;
}

}  // namespace scop::verifier
