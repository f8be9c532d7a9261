// What a leaf part holds, decoded: attachments of messages that people keep in files.
#pragma once

#include <string>
#include <string_view>

#include "message/mime_walk.hpp"

namespace scop::message {

// Lenient: what does not decode is empty.
std::string content_of(std::string_view message, const LeafPart& part);

// Whoever keeps mail in files often keeps its lines with LF.
std::string with_crlf(std::string_view text);

}  // namespace scop::message
