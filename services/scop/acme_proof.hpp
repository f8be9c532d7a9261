// Whether a certificate is really served: asked over the wire, on every port of a pair.
#pragma once

#include "scop/acme_world.hpp"

namespace scop::command::acme {

// Asks each port until all have shown the certificate of this SHA-256 (hex), or the time is over: then the
// error names the first port that has not, and why.
Outcome<> prove(const Pair& pair, const std::string& certificate, std::chrono::milliseconds patience);

}  // namespace scop::command::acme
