#include "daemon/service.hpp"
#include "relay/wiring.hpp"

int main(int argc, char** argv) { return scop::daemon::run(argc, argv, "relay", scop::relay::make_service); }
