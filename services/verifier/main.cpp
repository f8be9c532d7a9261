#include "verifier/service.hpp"

int main(int argc, char** argv) {
  return scop::daemon::run(argc, argv, "verifier",
                           [] { return std::make_unique<scop::verifier::Service>(); });
}
