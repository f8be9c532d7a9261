// One HTTPS request: over TLS with a valid certificate for the host's name, HTTP/1.1, one request per
// connection, at addresses that the caller has looked up. It follows no redirect and keeps no cookie.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "asio/task.hpp"
#include "https_client/response_reader.hpp"
#include "https_client/url.hpp"
#include "net/endpoint.hpp"
#include "net/tls.hpp"

namespace scop::https_client {

enum class Method { get, post };

struct Request {
  Method method = Method::get;
  Url url;
  std::string content_type;  // of `body`
  std::string body;
};

struct Limits {
  std::size_t body_octets = 64U << 10U;  // of the response
  bool status_only = false;              // its body is not read: Response::body stays empty
  std::chrono::milliseconds total{60'000};
};

// Tries the endpoints in turn until a handshake succeeds; after that the request is said once. `context`: see
// net::TlsContext::verifying_client. Errors name cause and endpoint; their kind:
//   unavailable  no connection          denied     the certificate (name, chain, time) or a TLS alert
//   timed_out    `total` is over        malformed  no TLS, no HTTP, or a URL that is none
//   too_large    beyond a bound         closed     ended before the response did
Task<Outcome<Response>> fetch(Executor executor, net::TlsContext context, Request request, Limits limits,
                              std::vector<net::Endpoint> endpoints);

}  // namespace scop::https_client
