#include "accounts/wiring.hpp"
#include "daemon/service.hpp"

int main(int argc, char** argv) {
  return scop::daemon::run(argc, argv, "accounts", scop::accounts::make_service);
}
