#include <algorithm>
#include <array>

#include "core/base64.hpp"
#include "mime/transfer_form.hpp"

namespace scop::mime {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 255;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return digits;
}
constexpr auto digits = make_digits();

// RFC 2045 6.8: other characters are skipped; the first padding ends the octets, as does the text's end.
std::string decode_leniently(std::string_view text) {
  std::string octets;
  octets.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    if (c == '=' && have < 18) break;
    const auto digit = digits[static_cast<unsigned char>(c)];
    if (digit == no_digit) continue;
    bits = bits << 6U | digit;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    octets += static_cast<char>(bits >> static_cast<unsigned>(have) & 0xffU);
  }
  return octets;
}

void add_line(Base64Form& form, std::uint64_t length, LineEnd end) {
  if (!form.lines.empty() && form.lines.back().length == length && form.lines.back().end == end) {
    ++form.lines.back().count;
  } else {
    form.lines.push_back({1, length, end});
  }
}

Base64Form lines_of(std::string_view text) {
  Base64Form form;
  while (!text.empty()) {
    const auto lf = text.find('\n');
    if (lf == std::string_view::npos) {
      add_line(form, text.size(), LineEnd::none);
      break;
    }
    const bool crlf = lf > 0 && text[lf - 1] == '\r';
    add_line(form, lf - (crlf ? 1 : 0), crlf ? LineEnd::crlf : LineEnd::lf);
    text.remove_prefix(lf + 1);
  }
  return form;
}

}  // namespace

Decoded decode_base64(std::string_view text) {
  Decoded decoded{decode_leniently(text), lines_of(text)};
  if (encode_base64(decoded.octets, std::get<Base64Form>(decoded.form)) != text) {
    decoded.form = Irregular{std::string(text)};
    decoded.sound = false;
  }
  return decoded;
}

std::string encode_base64(std::string_view octets, const Base64Form& form) {
  const auto characters = to_base64(octets);
  std::string_view rest = characters;
  std::string text;
  text.reserve(characters.size() + characters.size() / 32);
  for (const auto& lines : form.lines) {
    for (std::uint64_t i = 0; i < lines.count; ++i) {
      const auto line = rest.substr(0, static_cast<std::size_t>(lines.length));
      text.append(line).append(text_of(lines.end));
      rest.remove_prefix(line.size());
    }
  }
  return text.append(rest);
}

}  // namespace scop::mime
