// The envelope of a Pass, as an earlier stage sent it: nothing in it is trusted. What could break out of an
// SMTP command or a header field (CR, LF, NUL, angle brackets, spaces outside quotes) is refused here.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "queued.hpp"
#include "scop/v1/stage.pb.h"

namespace scop::relay {

// malformed or too_large, with the reason.
Outcome<> check(const v1::Envelope& envelope);

// local-part@domain without anything that ends a path.
bool is_clean_address(std::string_view address);

// Which edge drew the id: the grant's for a submitted message, else the role's.
std::string edge_of(const v1::Envelope& envelope);

// Of what a repeated Pass repeats: paths, options and the message's own digest; 32 octets. Grants, traces and
// the findings of stages in between (signatures carry their time) are not part of it.
std::string digest_of(const v1::Envelope& envelope, std::string_view message_sha256);

// The queue's message, without number and size; recipients due at `now`.
QueuedMessage queued_from(const v1::Envelope& envelope, std::string_view origin, Time now);

}  // namespace scop::relay
