// PROXY protocol version 2 (haproxy's proxy-protocol.txt 2.2): the client's address as a trusted proxy tells
// it.
#pragma once

#include <optional>
#include <string_view>

#include "core/error.hpp"
#include "net/endpoint.hpp"
#include "net/stream.hpp"

namespace scop::net {

struct ProxyHeader {
  std::size_t length = 0;          // octets that the header takes
  std::optional<Endpoint> client;  // nullopt: LOCAL or UNSPEC, the proxy itself (its health check)
};

// nullopt: more octets are needed. At most 536 octets are taken.
Outcome<std::optional<ProxyHeader>> parse_proxy_header(std::string_view octets);

// Reads exactly the header from a fresh connection, nothing behind it.
Task<Outcome<ProxyHeader>> read_proxy_header(Stream& stream, Deadline deadline);

}  // namespace scop::net
