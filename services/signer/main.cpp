#include "signer/service.hpp"

int main(int argc, char** argv) {
  return scop::daemon::run(argc, argv, "signer", [] { return std::make_unique<scop::signer::Service>(); });
}
