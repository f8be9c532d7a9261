// The verifier daemon: a stage between the spamfilter and the relay. This process is the keeper, with pipes
// and report data; the judge beside it sees the messages.
#pragma once

#include <memory>
#include <optional>

#include "daemon/service.hpp"
#include "settings/verifier.hpp"
#include "verifier/judging.hpp"
#include "verifier/ledger.hpp"
#include "verifier/reporting.hpp"

namespace scop::verifier {

daemon::Walls walls();

class Service final : public daemon::Service {
 public:
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return verifier::walls(); }
  void start() override;
  void reload() override {}
  Task<> drain(Deadline deadline) override;

 private:
  Outcome<> open_ledger(daemon::Boot& boot);
  void serve(pipe::Server& server);
  void serve_reports(pipe::Server& server);
  daemon::Boot* boot_ = nullptr;
  settings::Verifier settings_;
  std::unique_ptr<judge::Judge> judge_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Reporting> reporting_;
  std::optional<World> world_;
};

}  // namespace scop::verifier
