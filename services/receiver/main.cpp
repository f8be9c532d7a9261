#include "receiver/service.hpp"

int main(int argc, char** argv) {
  return scop::daemon::run(argc, argv, "receiver",
                           [] { return std::make_unique<scop::receiver::Service>(); });
}
