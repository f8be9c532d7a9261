// The spamfilter daemon: a stage between the receiver and the verifier, who learns by command, knows frequent
// spammers, and can be asked by HTTP.
#pragma once

#include <memory>
#include <vector>

#include "daemon/service.hpp"
#include "spamfilter/desk.hpp"
#include "spamfilter/http_check.hpp"
#include "spamfilter/training.hpp"

namespace scop::spamfilter {

daemon::Walls walls_of(const settings::Spamfilter& settings);

class Service final : public daemon::Service {
 public:
  void configure(const config::Document& document) override {
    settings_ = settings::read_spamfilter(document);
  }
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return walls_of(settings_); }
  void start() override;
  void reload() override {}
  Task<> drain(Deadline deadline) override;

 private:
  void serve(pipe::Server& server);
  v1::StatisticsReply statistics() const;
  Task<> forget_daily();

  settings::Spamfilter settings_;
  daemon::Boot* boot_ = nullptr;
  std::vector<net::Listener> http_;
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<Training> training_;
  std::unique_ptr<HttpCheck> http_check_;
  std::unique_ptr<Timer> next_forgetting_;
};

}  // namespace scop::spamfilter
