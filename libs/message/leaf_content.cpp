#include "message/leaf_content.hpp"

namespace scop::message {

std::string content_of(std::string_view message, const LeafPart& part) {
  const auto body = message.substr(part.body_begin, part.body_end - part.body_begin);
  if (part.encoding == TransferEncoding::base64) return decode_base64_body(body).value_or("");
  if (part.encoding == TransferEncoding::quoted_printable) return decode_quoted_printable(body);
  return std::string(body);
}

std::string with_crlf(std::string_view text) {
  std::string out;
  char last = 0;
  for (const char c : text) {
    if (c == '\n' && last != '\r') out += '\r';
    out += last = c;
  }
  return out;
}

}  // namespace scop::message
