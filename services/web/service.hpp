// The web daemon: what others fetch over HTTPS about our domains.
#pragma once

#include <memory>

#include "daemon/service.hpp"
#include "settings/web.hpp"

namespace scop::web {

daemon::Walls walls_of(const settings::Web& settings);

class Service final : public daemon::Service {
 public:
  void configure(const config::Document& document) override {
    settings_ = settings::read_web(document, settings::read_mesh(document).host);
  }
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return walls_of(settings_); }
  void start() override {}
  void reload() override {}
  Task<> drain(Deadline deadline) override;

 private:
  settings::Web settings_;
};

}  // namespace scop::web
