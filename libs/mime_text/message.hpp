// A message as the spam filter reads it: header fields and leaf parts, lenient and total. Anything a hostile
// sender does ends in a reading: what passes a bound is named in `oddities`, and the rest is read as far as
// the bound. Linear in the message's size. Line ends may be CRLF or LF.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "message/content_type.hpp"
#include "message/transfer.hpp"

namespace scop::mime_text {

inline constexpr std::size_t most_depth = 50;
inline constexpr std::size_t most_parts = 200;
inline constexpr std::size_t most_fields = 300;        // of one entity's header; later ones are not looked at
inline constexpr std::size_t most_all_fields = 2'000;  // of all entities
inline constexpr std::size_t most_field_octets = 8'192;  // of one value; the rest is cut off
inline constexpr std::size_t most_boundary = 200;

struct FieldView {
  std::string_view name;
  std::string_view value;  // folded as it came
};

struct PartView {
  std::vector<FieldView> fields;  // of the part; the message's own where depth is 0
  message::ContentType type;
  message::TransferEncoding encoding = message::TransferEncoding::seven_bit;
  std::string disposition;  // "inline", "attachment" or empty, lower case
  std::string file_name;    // octets as they came, parameters resolved; encoded words left
  std::string_view body;    // encoded
  std::size_t depth = 0;    // 0: the message itself is the leaf
};

enum class Oddity {
  too_deep,
  too_many_parts,
  too_many_fields,
  long_field,
  no_header_end,
  no_boundary,
  nul_octets,
  malformed_line
};
std::string_view name_of(Oddity oddity);

class Message {
 public:
  // The views point into `octets` (or a copy with CRLF, where it had bare LF): it must outlive the Message.
  static Message read(std::string_view octets);

  const std::vector<FieldView>& fields() const { return fields_; }
  const std::vector<PartView>& parts() const { return parts_; }               // leaves in order
  const std::vector<std::string>& containers() const { return containers_; }  // "multipart/mixed" … in order
  const std::vector<Oddity>& oddities() const { return oddities_; }           // each once
  std::string_view body() const { return body_; }                             // everything behind the header
  std::string_view first(std::string_view name) const;  // value of the first such field, or empty

 private:
  friend class Walker;
  std::unique_ptr<std::string> copy_;
  std::vector<FieldView> fields_;
  std::vector<PartView> parts_;
  std::vector<std::string> containers_;
  std::vector<Oddity> oddities_;
  std::string_view body_;
};

// The part's octets with the transfer encoding undone; at most `most` octets. Base64 that does not come out
// even is read as far as it goes.
std::string decode_body(const PartView& part, std::size_t most);

}  // namespace scop::mime_text
