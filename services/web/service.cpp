#include "web/service.hpp"

namespace scop::web {

Outcome<> Service::bind(daemon::Boot& boot) {
  settings_ = settings::read_web(boot.document(), boot.mesh().host);
  return {};
}

Outcome<> Service::open(daemon::Boot&) { return {}; }

Task<> Service::drain(Deadline) { co_return; }

}  // namespace scop::web
