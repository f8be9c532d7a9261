#include "spamfilter/service.hpp"

namespace scop::spamfilter {

daemon::Walls walls() {
  daemon::Walls walls;
  walls.memory = 512ULL << 20U;
  return walls;
}

}  // namespace scop::spamfilter
