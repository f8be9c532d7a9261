// What a web server may answer: whole or cut in pieces it reads the same, and within the bounds.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "https_client/response_reader.hpp"
#include "https_client/url.hpp"

using namespace scop;
using https_client::Response;
using https_client::ResponseReader;

namespace {

constexpr std::size_t most_body = 4'096;

Outcome<Response> read(std::string_view octets, std::size_t piece, bool status_only) {
  ResponseReader reader(most_body, status_only);
  while (!octets.empty()) {
    const auto done = reader.feed(octets.substr(0, piece));
    if (!done) return std::unexpected(done.error());
    if (*done) return reader.take();
    octets.remove_prefix(std::min(piece, octets.size()));
  }
  if (auto ended = reader.end(true); !ended) return std::unexpected(ended.error());
  return reader.take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto whole = read(octets, std::max<std::size_t>(size, 1), false);
  for (const std::size_t piece : {1, 7}) {
    const auto pieces = read(octets, piece, false);
    ENSURE(whole.has_value() == pieces.has_value());
    if (whole) ENSURE(*whole == *pieces && whole->body.size() <= most_body && whole->status >= 200);
  }
  static_cast<void>(read(octets, 7, true));
  if (const auto url = https_client::parse_url(octets)) {
    const auto again =
        https_client::parse_url("https://" + url->host + ':' + std::to_string(url->port) + url->target);
    ENSURE(again && *again == *url);
  }
  return 0;
}
