// Replies: any chunking reads the same; what was read can be written and read again.
#include <cstdint>

#include "core/ensure.hpp"
#include "smtp/reply.hpp"

namespace {

using namespace scop;

// All replies up to the first error, and whether there was one.
std::pair<std::vector<smtp::Reply>, bool> read(std::string_view octets, std::size_t chunk) {
  std::vector<smtp::Reply> replies;
  smtp::ReplyParser parser;
  while (!octets.empty()) {
    const auto used = parser.feed(octets.substr(0, chunk));
    if (!used) return {replies, true};
    ENSURE(*used > 0);
    octets.remove_prefix(*used);
    if (parser.done()) replies.push_back(parser.take());
  }
  return {replies, false};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto whole = read(octets, octets.size() + 1);
  ENSURE(read(octets, 1) == whole && read(octets, 7) == whole);
  for (const auto& reply : whole.first) {
    ENSURE(reply.code >= 200 && reply.code < 600 && !reply.lines.empty());
    const auto written = read(smtp::to_text(reply), 5);
    ENSURE(!written.second && written.first.size() == 1 && written.first.front().code == reply.code &&
           written.first.front().lines.size() == reply.lines.size());
    ENSURE(!smtp::in_one_line(reply).contains('\n'));
  }
  return 0;
}
