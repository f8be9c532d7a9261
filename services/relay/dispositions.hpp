// What the verifier's findings mean for the queue: where each recipient's copy goes, whether the reverse path
// may be written to, what a forward's seal will need.
#pragma once

#include <optional>
#include <string_view>

#include "core/error.hpp"
#include "queued.hpp"
#include "scop/v1/stage.pb.h"

namespace scop::relay {

// Applies them to `message`. A reply: every recipient refuses, and this is what the client is told; where
// only some do, their copy is junk, since one reply stands for all (RFC 5321 4.2.5). denied: the caller may
// dispose of nothing. malformed: a disposition for nobody, or two for one recipient.
Outcome<std::optional<v1::Reply>> apply(const v1::Findings& findings, std::string_view caller,
                                        QueuedMessage& message);

}  // namespace scop::relay
