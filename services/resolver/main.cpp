#include "resolver/service.hpp"

int main(int argc, char** argv) {
  return scop::daemon::run(argc, argv, "resolver",
                           [] { return std::make_unique<scop::resolver::Service>(); });
}
