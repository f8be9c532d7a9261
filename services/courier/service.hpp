// The courier daemon: carries one SMTP transaction a call to the world's mail hosts, and keeps nothing.
#pragma once

#include <memory>

#include "courier/attempt.hpp"
#include "daemon/service.hpp"

namespace scop::courier {

daemon::Walls walls_of(const settings::Courier& settings);

class Service final : public daemon::Service {
 public:
  void configure(const config::Document& document) override;
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return walls_of(settings_); }
  void start() override;
  void reload() override {}
  Task<> drain(Deadline deadline) override;

 private:
  void serve_reports(pipe::Server& server);
  Task<pipe::Result<v1::ReportPolicy>> found_policy(pipe::Call call, v1::ReportPolicyRequest request);
  Task<pipe::Result<v1::PostReportReply>> posted(pipe::Call call, v1::PostReportRequest request);
  Task<pipe::Result<v1::Explanation>> explained(pipe::Call call, v1::ExplainRequest request);
  Task<pipe::Result<v1::AttemptReport>> attempt(pipe::Call call, pipe::Incoming<v1::AttemptPart>& parts);

  settings::Courier settings_;
  std::unique_ptr<World> world_;
};

}  // namespace scop::courier
