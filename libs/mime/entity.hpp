// A message or a part of one, whole, as values (RFC 5322, RFC 2045, RFC 2046): from an Entity alone the same
// octets can be written again. Parsing is total and linear, bounded in depth and count; what is wrong is
// named where it is.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "message/transfer.hpp"
#include "mime/defect.hpp"
#include "mime/field.hpp"
#include "mime/transfer_form.hpp"
#include "mime_text/charset.hpp"

namespace scop::mime {

inline constexpr std::size_t most_depth = 100;
inline constexpr std::size_t most_parts = 10'000;  // of the whole message
inline constexpr std::size_t most_encodings = 8;   // of messages in encoded messages: each is a copy
inline constexpr std::size_t most_header_octets = 1U << 20U;  // of all headers within one encoding

struct Junk {
  std::string text;  // a line of the header that is no field, with its line end
  bool operator==(const Junk&) const = default;
};
struct Header {
  std::vector<std::variant<Field, Junk>> lines;
  LineEnd separator = LineEnd::none;  // the empty line; none: the text ended first
  bool operator==(const Header&) const = default;
};

//   delimiter = "--" boundary ["--"] *WSP CRLF        ; with the line end before it, RFC 2046 5.1.1
struct Delimiter {
  LineEnd before = LineEnd::none;
  std::string padding;
  LineEnd end = LineEnd::none;
  bool operator==(const Delimiter&) const = default;
};

struct Entity;
struct Leaf {
  std::string octets;
  TransferForm form;
  bool operator==(const Leaf&) const = default;
};
struct Part {
  Delimiter delimiter;  // before it
  std::unique_ptr<Entity> entity;
};
struct Multipart {
  std::string boundary;
  std::string preamble;
  std::vector<Part> parts;
  std::optional<Delimiter> close;
  std::string epilogue;
};
struct Embedded {  // message/rfc822, message/global
  std::unique_ptr<Entity> message;
  TransferForm form;  // of the whole message inside, where somebody encoded it
};

// What the fields of MIME say, decoded; RFC 2045 5.2's defaults where they say nothing.
struct Content {
  std::string type = "text/plain";  // lower case
  std::vector<std::pair<std::string, std::string>>
      parameters;           // names in lower case; UTF-8, RFC 2231 and 2047 resolved
  std::string disposition;  // lower case; empty: none
  std::vector<std::pair<std::string, std::string>> disposition_parameters;
  message::TransferEncoding encoding = message::TransferEncoding::seven_bit;
  std::string encoding_name = "7bit";  // as it says, lower case
  bool type_is_good = true;
  bool operator==(const Content&) const = default;
};

struct Entity {
  Header header;
  Content content;
  std::variant<Leaf, Multipart, Embedded> body;
  std::vector<Defect> defects;  // of this node, each once
};

Entity parse(std::string_view text, mime_text::Charsets& charsets);
Entity parse(std::string_view text);
std::string encode(const Entity& entity);
std::string encode_body(const Entity& entity);
bool equal(const Entity& one, const Entity& other);
std::string encode(const Header& header);

Content content_of(const Header& header, std::string_view default_type, mime_text::Charsets& charsets);
std::optional<std::string_view> find(const std::vector<std::pair<std::string, std::string>>& parameters,
                                     std::string_view name);

// The field's value for people: unfolded, encoded words decoded, UTF-8.
std::string decoded_value(const Field& field, mime_text::Charsets& charsets);

}  // namespace scop::mime
