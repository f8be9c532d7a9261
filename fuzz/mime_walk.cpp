// The leaf parts of a message lie inside it, in order, without overlap; transfer encodings give back what
// they take.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "message/mime_walk.hpp"
#include "message/transfer.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t at = 0;
  for (const auto& part : message::walk_leaf_parts(text).value_or(std::vector<message::LeafPart>{})) {
    ENSURE(at <= part.header_begin && part.header_begin <= part.header_end);
    ENSURE(part.header_end <= part.body_begin && part.body_begin <= part.body_end && part.body_end <= size);
    ENSURE(part.depth <= message::most_part_depth);
    at = part.body_end;
  }
  const auto printable = message::encode_quoted_printable(text);
  ENSURE(message::longest_line(printable) <= 76);
  ENSURE(message::decode_quoted_printable(printable) == text);
  ENSURE(message::decode_base64_body(message::encode_base64_lines(text)) == text);
  static_cast<void>(message::decode_quoted_printable(text));
  static_cast<void>(message::decode_base64_body(text));
  static_cast<void>(message::parse_transfer_encoding(text));
  return 0;
}
