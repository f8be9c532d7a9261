// The leaf parts of a message with their octet ranges (RFC 2046 5.1), found by boundaries alone and without
// decoding: linear, no recursion, bounded in depth and count. What is broken reads as a leaf: nothing is
// lost.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "message/content_type.hpp"
#include "message/transfer.hpp"

namespace scop::message {

inline constexpr std::size_t most_part_depth = 100;
inline constexpr std::size_t most_parts = 1'000;

// Offsets into the message. The CRLF before a boundary belongs to the boundary, not to the body.
struct LeafPart {
  std::size_t header_begin = 0;
  std::size_t header_end = 0;  // behind the last field's CRLF: where a field can be added
  std::size_t body_begin = 0;  // behind the empty line
  std::size_t body_end = 0;
  ContentType type;  // text/plain where none is given (message/rfc822 in a digest)
  TransferEncoding encoding = TransferEncoding::seven_bit;
  std::size_t depth = 0;   // 0: the message itself is the leaf
  bool in_signed = false;  // inside multipart/signed (RFC 1847): not one octet may change
  bool operator==(const LeafPart&) const = default;
};

// In the order of the text. multipart/* and message/rfc822 or message/global (without encoding) are entered.
// too_large: a bound was passed.
Outcome<std::vector<LeafPart>> walk_leaf_parts(std::string_view message);

}  // namespace scop::message
