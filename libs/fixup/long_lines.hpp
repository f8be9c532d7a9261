// Lines over 998 octets in a body (RFC 5322 2.1.1): the leaf parts that have them are encoded anew, as RFC
// 6409 8.7 and RFC 6152 3 allow before anything is signed. A signed part (RFC 1847) is never changed: such a
// message is refused.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "smtp/reply.hpp"

namespace scop::fixup {

// The whole message, header included, with its longest line at most 998 octets; equal to `message` where it
// was so.
std::expected<std::string, smtp::Reply> shorten_lines(std::string_view message);

// For messages that are not held whole.
smtp::Reply line_too_long();

}  // namespace scop::fixup
