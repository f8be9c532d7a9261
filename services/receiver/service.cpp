#include "receiver/service.hpp"

namespace scop::receiver {

Outcome<> Service::bind(daemon::Boot&) { return {}; }
Outcome<> Service::open(daemon::Boot&) { return {}; }

}  // namespace scop::receiver
