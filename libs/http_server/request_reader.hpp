// A request as it comes in (RFC 9112), sans I/O, by Boost.Beast's parser: octets in, a request or the
// response that refuses it out. What two parsers could understand in two ways (request smuggling: RFC
// 9112 11.2) is refused: Content-Length beside Transfer-Encoding, unequal lengths, other codings than
// "chunked", two Hosts. Trailer fields are read and forgotten.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "http/message.hpp"
#include "http_server/bounds.hpp"

namespace scop::http_server {

class RequestReader {
 public:
  explicit RequestReader(const RequestBounds& bounds);
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) noexcept;
  ~RequestReader();

  enum class Progress {
    wants_more,
    wants_continue,  // the client waits for a 100 before it sends the body; said once
    done,
  };
  // Takes what belongs to this request off the front of `pending`; after an error the connection has to end.
  std::expected<Progress, http::Response> feed(std::string& pending);

  http::Request take();  // once, when done

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scop::http_server
