#include "dns/name.hpp"

#include <fmt/format.h>

#include <optional>

#include "core/ascii.hpp"
#include "dns/cursor.hpp"

namespace scop::dns {

namespace {

// The octet that a backslash at the front of `text` stands for; takes what it used.
std::optional<char> take_escape(std::string_view& text) {
  if (text.size() < 2) return std::nullopt;
  if (!ascii::is_digit(text[1])) {
    const char octet = text[1];
    text.remove_prefix(2);
    return octet;
  }
  if (text.size() < 4) return std::nullopt;
  const auto value = ascii::parse_unsigned(text.substr(1, 3));
  if (!value || *value > 0xff) return std::nullopt;
  text.remove_prefix(4);
  return static_cast<char>(*value);
}

bool is_plain(char c) { return ascii::is_alnum(c) || c == '-' || c == '_' || c == '*' || c == '/'; }

void append_label(std::string& text, std::string_view label) {
  for (const char c : label) {
    if (is_plain(c)) {
      text += c;
    } else if (c > 0x20 && c < 0x7f) {
      text += '\\';
      text += c;
    } else {
      text += fmt::format("\\{:03}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
}

Outcome<> append_wire_label(std::string& wire, const std::string& label) {
  if (label.empty()) return failure(ErrorKind::malformed, "empty label in a domain name");
  if (label.size() > longest_label) return failure(ErrorKind::too_large, "label over 63 octets");
  wire += static_cast<char>(label.size());
  wire += label;
  if (wire.size() + 1 > longest_name) return failure(ErrorKind::too_large, "domain name over 255 octets");
  return {};
}

}  // namespace

Outcome<std::string> name_to_wire(std::string_view presentation) {
  if (presentation.empty()) return failure(ErrorKind::malformed, "empty domain name");
  if (presentation == ".") return std::string(1, '\0');
  std::string wire;
  std::string label;
  while (!presentation.empty()) {
    const char c = presentation.front();
    if (c == '.') {
      presentation.remove_prefix(1);
      if (auto done = append_wire_label(wire, label); !done) return std::unexpected(done.error());
      label.clear();
      if (presentation.empty()) break;
    } else if (c == '\\') {
      const auto octet = take_escape(presentation);
      if (!octet) return failure(ErrorKind::malformed, "bad escape in a domain name");
      label += *octet;
    } else {
      label += c;
      presentation.remove_prefix(1);
    }
    if (label.size() > longest_label) return failure(ErrorKind::too_large, "label over 63 octets");
  }
  if (!label.empty()) {
    if (auto done = append_wire_label(wire, label); !done) return std::unexpected(done.error());
  }
  wire += '\0';
  return wire;
}

Outcome<std::string> take_name(Cursor& cursor) {
  std::string text;
  std::size_t taken = 0;
  for (;;) {
    const auto length = cursor.u8();
    if (!length) return failure(ErrorKind::malformed, "domain name without its end");
    taken += 1U + *length;
    if (taken > longest_name) return failure(ErrorKind::too_large, "domain name over 255 octets");
    if (*length == 0) break;
    if (*length > longest_label) return failure(ErrorKind::malformed, "compressed or extended label");
    const auto label = cursor.take(*length);
    if (!label) return failure(ErrorKind::malformed, "label cut short");
    if (!text.empty()) text += '.';
    append_label(text, *label);
  }
  return text.empty() ? std::string(".") : text;
}

Outcome<std::string> name_from_wire(std::string_view wire) {
  Cursor cursor(wire);
  auto name = take_name(cursor);
  if (name && !cursor.at_end()) return failure(ErrorKind::malformed, "octets behind a domain name");
  return name;
}

std::string canonical_text(std::string_view presentation) {
  if (presentation.size() > 1 && presentation.ends_with('.') && !presentation.ends_with("\\.")) {
    presentation.remove_suffix(1);
  }
  return ascii::to_lower(presentation);
}

}  // namespace scop::dns
