#include "spamfilter/line_ends.hpp"

namespace scop::spamfilter {

std::string LineEnds::as_crlf(std::string_view chunk) {
  std::string out;
  out.reserve(chunk.size() + chunk.size() / 32);
  for (const char c : chunk) {
    if (c == '\n' && last_ != '\r') out += '\r';
    out += c;
    last_ = c;
  }
  return out;
}

}  // namespace scop::spamfilter
