// Text of others for header fields that we write.
#pragma once

#include <string>
#include <string_view>

namespace scop::message {

// A domain, id or address: without what could end the field, a quoted string or angle brackets; ASCII alone.
std::string harmless(std::string_view text);

}  // namespace scop::message
