#include "message/transfer.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "message/lexer.hpp"

namespace scop::message {

namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::size_t line_characters = 76;

constexpr std::array encodings{
    std::pair{TransferEncoding::seven_bit, std::string_view("7bit")},
    std::pair{TransferEncoding::eight_bit, std::string_view("8bit")},
    std::pair{TransferEncoding::binary, std::string_view("binary")},
    std::pair{TransferEncoding::quoted_printable, std::string_view("quoted-printable")},
    std::pair{TransferEncoding::base64, std::string_view("base64")},
};

std::string escaped(char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto octet = static_cast<unsigned char>(c);
  return {'=', digits[octet >> 4U], digits[octet & 15U]};
}

bool is_literal(char c) { return (c >= ' ' && c < 0x7f && c != '=') || c == '\t'; }

// One line, its end not included.
void encode_line(std::string_view line, std::string& out) {
  std::size_t column = 0;
  const bool guarded = line.starts_with("From ") || line.starts_with('.');
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    const bool literal = is_literal(c) && !(last && ascii::is_wsp(c)) && !(i == 0 && guarded);
    const std::size_t width = literal ? 1 : 3;
    // The last character of the line may stand where a soft break's "=" would.
    if (column + width > (last ? line_characters : line_characters - 1)) {
      out += "=\r\n";
      column = 0;
    }
    if (literal) {
      out += c;
    } else {
      out += escaped(c);
    }
    column += width;
  }
}

}  // namespace

TransferEncoding parse_transfer_encoding(std::string_view value) {
  Lexer lexer(value);
  if (!lexer.skip_cfws()) return TransferEncoding::unknown;
  const auto token = lexer.token();
  if (!lexer.skip_cfws() || !lexer.at_end()) return TransferEncoding::unknown;
  for (const auto& [encoding, name] : encodings) {
    if (ascii::equals_ignoring_case(token, name)) return encoding;
  }
  return TransferEncoding::unknown;
}

std::string_view name_of(TransferEncoding encoding) {
  for (const auto& [known, name] : encodings) {
    if (known == encoding) return name;
  }
  return "unknown";
}

std::string encode_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 4);
  while (!text.empty()) {
    const auto end = text.find(crlf);
    encode_line(text.substr(0, end), out);
    if (end == std::string_view::npos) break;
    out += crlf;
    text.remove_prefix(end + crlf.size());
  }
  return out;
}

std::string encode_base64_lines(std::string_view octets) {
  constexpr std::size_t octets_in_line = line_characters / 4 * 3;
  std::string out;
  out.reserve(octets.size() / 3 * 4 + octets.size() / 28 + 8);
  while (!octets.empty()) {
    const auto taken = std::min(octets.size(), octets_in_line);
    out += to_base64(octets.substr(0, taken));
    out += crlf;
    octets.remove_prefix(taken);
  }
  return out;
}

std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (text.front() != '=') {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    // A soft break may have white space before its line end.
    const auto behind = std::min(text.find_first_not_of(" \t", 1), text.size());
    if (text.substr(behind).starts_with(crlf)) {
      text.remove_prefix(behind + crlf.size());
    } else if (const auto octet = from_hex(text.substr(1, 2)); octet && octet->size() == 1) {
      out += *octet;
      text.remove_prefix(3);
    } else {
      out += '=';
      text.remove_prefix(1);
    }
  }
  return out;
}

std::optional<std::string> decode_base64_body(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  std::ranges::copy_if(text, std::back_inserter(kept),
                       [](char c) { return ascii::is_alnum(c) || c == '+' || c == '/' || c == '='; });
  return from_base64(kept);
}

std::size_t longest_line(std::string_view text) {
  std::size_t longest = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const bool has_cr = end > 0 && end < text.size() && text[end - 1] == '\r';
    longest = std::max(longest, end - (has_cr ? 1 : 0));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return longest;
}

}  // namespace scop::message
