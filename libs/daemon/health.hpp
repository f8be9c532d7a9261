// grpc.health.v1.Health (github.com/grpc/grpc doc/health-checking.md): every pipe::Server answers it; here
// its own binary asks, since probes carry no certificate.
#pragma once

#include "net/tls.hpp"
#include "settings/mesh.hpp"

namespace scop::daemon {

// Asks the running daemon; the exit status of `scop-x --health`, and one line on standard output.
int ask_health(const settings::Mesh& mesh, std::string_view daemon, net::TlsContext identity);

}  // namespace scop::daemon
