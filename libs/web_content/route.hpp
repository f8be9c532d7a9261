// The answer to every request, as a pure function. Who asks for an address learns its domain's settings,
// never whether the address exists.
#pragma once

#include "core/clock.hpp"
#include "http/message.hpp"
#include "web_content/site.hpp"

namespace scop::web_content {

http::Response route(const Site& site, const http::Request& request, Time now);

// On the port without TLS: on to HTTPS for names of ours, nothing else.
http::Response redirect(const Site& site, const http::Request& request);

}  // namespace scop::web_content
