#include "spamfilter/service.hpp"

int main(int argc, char** argv) {
  return scop::daemon::run(argc, argv, "spamfilter",
                           [] { return std::make_unique<scop::spamfilter::Service>(); });
}
