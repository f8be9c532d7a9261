// What a submission server may do to a message's header (RFC 6409 8): complete it, drop what must not travel,
// or refuse it with a text that the sender's user understands. Everything here happens before the signer.
// Never touches a body.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "smtp/reply.hpp"

namespace scop::fixup {

struct Circumstances {
  std::string_view host;    // right of the "@" of a Message-ID that is added
  std::string_view unique;  // left of it
  Time now;                 // for a Date that is added
  bool smtputf8 = false;    // declared at MAIL: UTF-8 may stay in the header (RFC 6532)
};

struct FixedHeader {
  std::string octets;    // the header with its empty line
  std::size_t body = 0;  // where the body begins in the message given
  std::vector<std::string>
      authors;  // addresses of From, at least one, and of Sender: all must be the login's
  std::vector<std::string> changes;  // "Date added", "Bcc dropped": for the log
  bool has_utf8 = false;             // octets beyond ASCII remain
};

// `message` begins with the whole header; it has neither bare CR or LF nor NUL.
std::expected<FixedHeader, smtp::Reply> fix_header(std::string_view message,
                                                   const Circumstances& circumstances);

}  // namespace scop::fixup
