// Domains as mail writes them (RFC 5321 2.3.5, RFC 6531 3.3): host names of letters, digits and hyphens, and
// U-labels, which become A-labels (RFC 5891) before anything is looked up. No address literals here.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::dns {

// Lower case, A-labels, no last dot, at most 253 octets. Unassigned or forbidden characters, labels that only
// look like A-labels ("xn--\x80"), empty and over-long labels are refused.
Outcome<std::string> to_a_labels(std::string_view domain);

// For showing to people; the input itself where an A-label does not decode.
std::string to_u_labels(std::string_view domain);

}  // namespace scop::dns
