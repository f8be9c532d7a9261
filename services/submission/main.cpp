#include "daemon/service.hpp"
#include "submission/service.hpp"

int main(int argc, char** argv) {
  return scop::daemon::run(argc, argv, "submission",
                           [] { return std::make_unique<scop::submission::Service>(); });
}
