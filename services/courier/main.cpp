#include "courier/service.hpp"

int main(int argc, char** argv) {
  return scop::daemon::run(argc, argv, "courier", [] { return std::make_unique<scop::courier::Service>(); });
}
