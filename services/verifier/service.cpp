#include "verifier/service.hpp"

#include "stage/carry.hpp"
#include "verifier/judging.hpp"

namespace scop::verifier {

Outcome<> Service::bind(daemon::Boot& boot) {
  boot_ = &boot;
  return {};
}

Outcome<> Service::open(daemon::Boot& boot) {
  boot.server().on_stream(pipe::methods::pass, [this](pipe::Call call, pipe::Incoming<v1::Part>& parts) {
    return stage::carry({"verifier", boot_->channel("relay"), boot_->log()}, std::make_unique<Judging>(),
                        std::move(call), parts);
  });
  boot.server().on_unary(pipe::methods::outcome, [this](pipe::Call call, v1::OutcomeQuestion question) {
    return stage::ask_outcome(boot_->channel("relay"), false, std::move(call), std::move(question));
  });
  return {};
}

}  // namespace scop::verifier
