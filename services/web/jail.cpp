// The web daemon's walls: its public port was opened before; it connects to accounts alone.
#include "web/service.hpp"

namespace scop::web {

daemon::Walls walls_of(const settings::Web&) { return {}; }

}  // namespace scop::web
