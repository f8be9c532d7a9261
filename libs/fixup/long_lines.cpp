#include "fixup/long_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "core/ascii.hpp"
#include "message/header.hpp"
#include "message/mime_walk.hpp"
#include "message/transfer.hpp"
#include "smtp/limits.hpp"

namespace scop::fixup {

namespace {

using message::LeafPart;
using message::TransferEncoding;

struct Encoded {
  std::string_view name;  // of the transfer encoding
  std::string body;
};

std::unexpected<smtp::Reply> refuse(std::string text) {
  return std::unexpected(smtp::reply(554, "5.6.0", std::move(text)));
}

std::optional<Encoded> encode(const LeafPart& leaf, std::string_view body) {
  // RFC 2045 6.4: these may not be encoded themselves (a container that the walker could not enter).
  if (leaf.type.type == "multipart" || leaf.type.type == "message") return std::nullopt;
  std::string decoded(body);
  switch (leaf.encoding) {
    case TransferEncoding::seven_bit:
    case TransferEncoding::eight_bit:
    case TransferEncoding::binary:
      break;
    case TransferEncoding::quoted_printable:
      decoded = message::decode_quoted_printable(body);
      break;
    case TransferEncoding::base64: {
      auto octets = message::decode_base64_body(body);
      if (!octets) return std::nullopt;
      return Encoded{"base64", message::encode_base64_lines(*octets)};
    }
    case TransferEncoding::unknown:
      return std::nullopt;
  }
  if (leaf.type.type == "text") return Encoded{"quoted-printable", message::encode_quoted_printable(decoded)};
  return Encoded{"base64", message::encode_base64_lines(decoded)};
}

// The part's header with its new encoding said; what makes it MIME is added where the part is a bare
// message's body.
std::optional<std::string> describe(std::string_view text, const LeafPart& leaf, const Encoded& encoded) {
  const auto part = text.substr(leaf.header_begin, leaf.header_end - leaf.header_begin);
  const auto header = message::parse_header(part);
  if (!header || !header->malformed.empty()) return std::nullopt;
  std::string out;
  bool mime_version = false;
  bool content_type = false;
  for (const auto& field : header->fields) {
    if (ascii::equals_ignoring_case(field.name, "Content-Transfer-Encoding")) continue;
    mime_version = mime_version || ascii::equals_ignoring_case(field.name, "MIME-Version");
    content_type = content_type || ascii::equals_ignoring_case(field.name, "Content-Type");
    out += field.raw;
    if (!out.ends_with("\r\n")) out += "\r\n";
  }
  if (leaf.depth == 0 && !mime_version) out += "MIME-Version: 1.0\r\n";
  if (leaf.depth == 0 && !content_type) {
    const auto body = text.substr(leaf.body_begin, leaf.body_end - leaf.body_begin);
    const auto charset = ascii::is_all_ascii(body) ? "us-ascii"
                         : ascii::is_utf8(body)    ? "utf-8"
                                                   : "unknown-8bit";
    out += fmt::format("Content-Type: text/plain; charset={}\r\n", charset);
  }
  return out + fmt::format("Content-Transfer-Encoding: {}\r\n", encoded.name);
}

}  // namespace

smtp::Reply line_too_long() {
  return smtp::reply(554, "5.6.0",
                     "Message has a line of more than 998 octets and is too large to be encoded anew here");
}

std::expected<std::string, smtp::Reply> shorten_lines(std::string_view text) {
  if (message::longest_line(text) <= smtp::limits::text_line) return std::string(text);
  const auto leaves = message::walk_leaf_parts(text);
  if (!leaves) return refuse("Message has too many parts");
  std::string out;
  std::size_t copied = 0;
  for (const auto& leaf : *leaves) {
    const auto body = text.substr(leaf.body_begin, leaf.body_end - leaf.body_begin);
    if (message::longest_line(body) <= smtp::limits::text_line) continue;
    if (leaf.in_signed) return refuse("Message has a line of more than 998 octets in a signed part");
    const auto encoded = encode(leaf, body);
    const auto described = encoded ? describe(text, leaf, *encoded) : std::nullopt;
    if (!described)
      return refuse(
          "Message has a line of more than 998 octets in a part whose encoding is unknown or broken");
    out += text.substr(copied, leaf.header_begin - copied);
    out += *described;
    out += text.substr(leaf.header_end, leaf.body_begin - leaf.header_end);
    out += encoded->body;
    copied = leaf.body_end;
  }
  out += text.substr(copied);
  if (!out.ends_with("\r\n")) out += "\r\n";
  if (message::longest_line(out) > smtp::limits::text_line)
    return refuse("Message has a line of more than 998 octets outside its parts");
  return out;
}

}  // namespace scop::fixup
