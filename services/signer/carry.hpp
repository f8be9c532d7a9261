// Carries one Pass from an edge to the relay while it comes in (cut-through), signing meanwhile.
#pragma once

#include <memory>
#include <string>

#include "asio/task.hpp"
#include "log/log.hpp"
#include "pipe/channel.hpp"
#include "pipe/server.hpp"
#include "signer/signing_pass.hpp"

namespace scop::signer {

// The relay's receipt with the signer's verdicts before its own. An error is a Pass of which nobody here
// knows what became: the edge asks Outcome.
Task<pipe::Result<v1::Receipt>> carry(std::shared_ptr<Desk> desk, pipe::Channel& relay, const Log& log,
                                      pipe::Call call, pipe::Incoming<v1::Part>& parts);

}  // namespace scop::signer
