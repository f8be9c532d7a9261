#include "mime_text/message.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "mime_text/walker.hpp"

namespace scop::mime_text {

namespace {

bool has_bare_lf(std::string_view text) {
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') return true;
  }
  return false;
}

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 16 + 16);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out += text.substr(0, end);
    if (end == text.size()) break;
    if (!out.ends_with('\r')) out += '\r';
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

constexpr std::uint8_t no_digit = 64;

constexpr std::array<std::uint8_t, 256> base64_digits = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_digit);
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}();

std::string decode_base64(std::string_view text, std::size_t most) {
  std::string out;
  out.reserve(std::min(most, text.size() / 4 * 3 + 3));
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const auto digit = base64_digits[static_cast<unsigned char>(c)];
    if (digit == no_digit) continue;
    bits = (bits << 6U | digit) & 0xff'ffffU;
    held += 6;
    if (held < 8) continue;
    if (out.size() == most) break;
    held -= 8;
    out += static_cast<char>(bits >> held & 0xffU);
  }
  return out;
}

}  // namespace

std::string_view name_of(Oddity oddity) {
  switch (oddity) {
    case Oddity::too_deep:
      return "too-deep";
    case Oddity::too_many_parts:
      return "too-many-parts";
    case Oddity::too_many_fields:
      return "too-many-fields";
    case Oddity::long_field:
      return "long-field";
    case Oddity::no_header_end:
      return "no-header-end";
    case Oddity::no_boundary:
      return "no-boundary";
    case Oddity::nul_octets:
      return "nul-octets";
    case Oddity::malformed_line:
      return "malformed-line";
  }
  return "";
}

Message Message::read(std::string_view octets) {
  Message message;
  if (has_bare_lf(octets)) {
    message.copy_ = std::make_unique<std::string>(with_crlf(octets));
    octets = *message.copy_;
  }
  if (octets.contains('\0')) message.oddities_.push_back(Oddity::nul_octets);
  Walker(octets, message).walk();
  return message;
}

std::string_view Message::first(std::string_view name) const {
  for (const auto& field : fields_) {
    if (ascii::equals_ignoring_case(field.name, name)) return field.value;
  }
  return {};
}

std::string decode_body(const PartView& part, std::size_t most) {
  switch (part.encoding) {
    case message::TransferEncoding::base64:
      return decode_base64(part.body, most);
    case message::TransferEncoding::quoted_printable: {
      // An escape is three octets for one: what comes out of more than that is not wanted.
      auto text = message::decode_quoted_printable(part.body.substr(0, std::min(part.body.size(), most * 3)));
      if (text.size() > most) text.resize(most);
      return text;
    }
    default:
      return std::string(part.body.substr(0, most));
  }
}

}  // namespace scop::mime_text
