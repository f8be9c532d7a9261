#include "spamfilter/service.hpp"

#include "spamfilter/labelling.hpp"
#include "stage/carry.hpp"

namespace scop::spamfilter {

Outcome<> Service::bind(daemon::Boot& boot) {
  boot_ = &boot;
  return {};
}

Outcome<> Service::open(daemon::Boot& boot) {
  boot.server().on_stream(pipe::methods::pass, [this](pipe::Call call, pipe::Incoming<v1::Part>& parts) {
    return stage::carry({"spamfilter", boot_->channel("verifier"), boot_->log()},
                        std::make_unique<Labelling>(), std::move(call), parts);
  });
  boot.server().on_unary(pipe::methods::outcome, [this](pipe::Call call, v1::OutcomeQuestion question) {
    return stage::ask_outcome(boot_->channel("verifier"), true, std::move(call), std::move(question));
  });
  return {};
}

}  // namespace scop::spamfilter
