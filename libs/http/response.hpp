// Responses as octets (RFC 9112 6.3): always with a Content-Length, so that a connection can go on.
#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "http/message.hpp"

namespace scop::http {

std::string_view reason_phrase(unsigned status);

// A short text for people; nothing in it may come from the request.
Response problem(unsigned status, std::string_view text);

struct Framing {
  bool keep_alive = true;
  bool head_only = false;  // the answer to HEAD: the fields alone
  Time now;
};

// Fields with CR, LF or NUL in them are left out: nobody writes a second response with them.
std::string to_octets(const Response& response, const Framing& framing);

}  // namespace scop::http
