// Encodings that no RFC of MIME names and mail holds nevertheless: uuencode (POSIX) and yEnc (yEnc 1.3
// draft).
#include <optional>

#include "core/ascii.hpp"
#include "mime/transfer_form.hpp"

namespace scop::mime {

namespace {

// Lines one after the other, without their ends.
std::optional<std::string_view> next_line(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const auto lf = rest.find('\n');
  auto line = rest.substr(0, lf);
  rest.remove_prefix(lf == std::string_view::npos ? rest.size() : lf + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Behind the line that starts so; nullopt: there is none.
std::optional<std::string_view> line_that_starts(std::string_view& rest, std::string_view start) {
  while (const auto line = next_line(rest)) {
    if (line->starts_with(start)) return line->substr(start.size());
  }
  return std::nullopt;
}

Decoded as_it_stands(std::string_view text) { return {std::string(text), {}, false}; }

bool is_uu_digit(char c) { return c >= ' ' && c <= '`'; }
unsigned uu_digit(std::string_view line, std::size_t at) {
  // White space at the line's end may have been lost: it means zero.
  return at < line.size() ? static_cast<unsigned>(line[at] - ' ') & 63U : 0U;
}

//   line = length 1*(4digit)      ; the length counts octets, three to four digits
bool append_uu_line(std::string& octets, std::string_view line) {
  const auto length = uu_digit(line, 0);
  bool sound = line.size() <= 1 + (length + 2) / 3 * 4 + 1;  // some writers add a check character
  for (const char c : line) sound = sound && is_uu_digit(c);
  for (unsigned at = 0; at < length; ++at) {
    const auto first = 1 + at / 3 * 4 + at % 3;
    const auto shift = at % 3 * 2;
    octets += static_cast<char>(
        (uu_digit(line, first) << (2 + shift) | uu_digit(line, first + 1) >> (4 - shift)) & 0xffU);
  }
  return sound;
}

// The number behind " size=" of yEnc's first and last line.
std::optional<std::uint64_t> yenc_size(std::string_view line) {
  const auto at = line.find(" size=");
  if (at == std::string_view::npos) return std::nullopt;
  const auto value = line.substr(at + 6);
  return ascii::parse_unsigned(value.substr(0, value.find(' ')));
}

}  // namespace

//   "begin" SP mode SP name, lines, a line of no octets, "end"; what stands around them is dropped
Decoded decode_uuencode(std::string_view text) {
  auto rest = text;
  if (!line_that_starts(rest, "begin ")) return as_it_stands(text);
  Decoded decoded{{}, Irregular{std::string(text)}, true};
  decoded.octets.reserve(rest.size() / 4 * 3);
  while (const auto line = next_line(rest)) {
    if (*line == "end") return decoded;
    if (!line->empty()) decoded.sound = append_uu_line(decoded.octets, *line) && decoded.sound;
  }
  decoded.sound = false;
  return decoded;
}

//   "=ybegin" …, perhaps "=ypart" …, lines, "=yend" SP "size=" octets …; every octet is 42 more, those that a
//   line cannot hold stand behind "=", 64 more
Decoded decode_yenc(std::string_view text) {
  auto rest = text;
  if (!line_that_starts(rest, "=ybegin ")) return as_it_stands(text);
  Decoded decoded{{}, Irregular{std::string(text)}, false};
  decoded.octets.reserve(rest.size());
  while (const auto line = next_line(rest)) {
    if (line->starts_with("=ypart ")) continue;
    if (line->starts_with("=yend")) {
      decoded.sound = yenc_size(*line) == decoded.octets.size();
      return decoded;
    }
    bool escaped = false;
    for (const char c : *line) {
      if (c == '=' && !escaped) {
        escaped = true;
        continue;
      }
      decoded.octets += static_cast<char>(static_cast<unsigned char>(c) - 42U - (escaped ? 64U : 0U));
      escaped = false;
    }
  }
  return decoded;
}

}  // namespace scop::mime
