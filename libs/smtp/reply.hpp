// Replies (RFC 5321 4.2) with enhanced status codes (RFC 3463, RFC 2034), written by servers and read by
// clients.
//   Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace scop::smtp {

struct Reply {
  int code = 0;
  std::string enhanced;            // "5.7.1"; empty: none
  std::vector<std::string> lines;  // without codes; at least one

  bool positive() const { return code >= 200 && code < 300; }
  bool intermediate() const { return code >= 300 && code < 400; }
  bool transient() const { return code >= 400 && code < 500; }
  bool permanent() const { return code >= 500 && code < 600; }
  bool operator==(const Reply&) const = default;
};

Reply reply(int code, std::string enhanced, std::string line);

// As sent, with CRLFs. Controls in a text become spaces, so that no text can forge a further reply.
std::string to_text(const Reply& reply);
// "550 5.7.1 first; second", for logs, queues and delivery reports.
std::string in_one_line(const Reply& reply);

// class "." subject "." detail; class 2, 4 or 5; at most three digits each (RFC 3463 2).
bool is_enhanced_code(std::string_view text);

// Reads one reply from any chunking of octets. Bounds: limits.hpp. Lines may end in LF alone.
class ReplyParser {
 public:
  // Takes octets up to and including the end of one reply; says how many. After an error the parser is of no
  // more use.
  Outcome<std::size_t> feed(std::string_view octets);
  bool done() const { return done_; }
  // The reply; the parser is ready for the next.
  Reply take();

 private:
  Outcome<> take_line();
  std::string line_;
  Reply reply_;
  std::size_t octets_ = 0;
  bool done_ = false;
};

}  // namespace scop::smtp
