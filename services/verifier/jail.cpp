#include "verifier/service.hpp"

namespace scop::verifier {

daemon::Walls walls() {
  daemon::Walls walls;
  walls.memory = 512ULL << 20U;
  return walls;
}

}  // namespace scop::verifier
