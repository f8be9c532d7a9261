// "127.0.0.1:587" and "[::1]:587": a literal IP address and a port. Names are not resolved here (see
// courier).
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::net {

using Endpoint = boost::asio::ip::tcp::endpoint;

Outcome<Endpoint> parse_endpoint(std::string_view text);
std::string to_text(const Endpoint& endpoint);

}  // namespace scop::net
