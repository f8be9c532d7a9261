// A client's octets, in pieces: whatever way they are cut, the same requests come out, or the same refusal.
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/ensure.hpp"
#include "http/response.hpp"
#include "http_server/request_reader.hpp"

using namespace scop;

namespace {

struct Result {
  std::optional<http::Request> request;
  bool refused = false;
};

Result read(std::string_view octets, std::size_t piece) {
  http_server::RequestReader reader(
      {.header_octets = 1024, .fields = 16, .target_octets = 256, .body_octets = 512});
  std::string pending;
  while (!octets.empty()) {
    const auto part = octets.substr(0, piece);
    octets.remove_prefix(part.size());
    pending += part;
    const auto progress = reader.feed(pending);
    if (!progress) {
      ENSURE(progress.error().status >= 400);
      return {.request = std::nullopt, .refused = true};
    }
    if (*progress == http_server::RequestReader::Progress::done) return {.request = reader.take()};
  }
  return {};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto whole = read(octets, octets.size());
  const auto dripped = read(octets, 1);
  // A line that never ends in CRLF is refused as a whole and waited for in drops; what is taken is the same.
  if (whole.request && dripped.request) {
    ENSURE(whole.request->method == dripped.request->method &&
           whole.request->target == dripped.request->target);
    ENSURE(whole.request->authority == dripped.request->authority &&
           whole.request->body == dripped.request->body);
  }
  ENSURE(!(whole.request && dripped.refused) && !(whole.refused && dripped.request));
  if (!whole.request) return 0;
  ENSURE(whole.request->body.size() <= 512 && whole.request->fields.size() <= 16);
  const auto& target = whole.request->target;
  ENSURE(target.path == "*" || target.path.starts_with('/'));
  ENSURE((target.path + target.query).find_first_of("\r\n \"<>\\") == std::string::npos);
  return 0;
}
