// Carries one Pass from a caller to the next stage while it comes in, and checks its order, size and digest
// on the way.
#pragma once

#include <memory>
#include <string_view>

#include "asio/task.hpp"
#include "log/log.hpp"
#include "pipe/channel.hpp"
#include "pipe/server.hpp"
#include "stage/observer.hpp"

namespace scop::stage {

// What carry() needs beside the message; outlives the calls.
struct Post {
  std::string_view name;  // of this daemon: its verdicts are put before the later stages' in the receipt
  pipe::Channel& next;
  const Log& log;
};

// The next stage's receipt with this one's verdicts before its own. An error is a Pass of which nobody here
// knows what became: the edge asks Outcome.
Task<pipe::Result<v1::Receipt>> carry(Post post, std::unique_ptr<Observer> observer, pipe::Call call,
                                      pipe::Incoming<v1::Part>& parts);

// Stage.Outcome, down the chain in the name of the edge that asked first.
Task<pipe::Result<v1::OutcomeAnswer>> ask_outcome(pipe::Channel& next, bool caller_is_edge, pipe::Call call,
                                                  v1::OutcomeQuestion question);

}  // namespace scop::stage
