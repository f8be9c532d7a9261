#include "web/service.hpp"

int main(int argc, char** argv) {
  return scop::daemon::run(argc, argv, "web", [] { return std::make_unique<scop::web::Service>(); });
}
