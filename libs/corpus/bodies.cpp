#include "corpus/bodies.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "corpus/prose.hpp"
#include "corpus/scripts.hpp"

namespace scop::corpus {

namespace {

constexpr std::size_t longest_line = 990;
constexpr std::size_t soft_limit = 75;  // RFC 2045 6.7 (5): 76 with the "="

std::string base64_lines(Random& random, std::string_view octets, std::string_view line_end) {
  constexpr std::array<std::size_t, 5> lengths{76, 76, 72, 64, 60};
  const auto length = random.pick(lengths);
  const auto text = to_base64(octets);
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += length) {
    out.append(text, at, length);
    if (at + length < text.size() || random.chance(70)) out += line_end;
  }
  return out;
}

std::string escaped(char c) { return '=' + ascii::to_upper(to_hex(std::string_view(&c, 1))); }

// RFC 2045 6.7, written by a writer with habits of its own.
std::string quoted_lines(Random& random, std::string_view octets, std::string_view line_end) {
  const bool escapes_much = random.chance(10);
  std::string out;
  std::size_t column = 0;
  const auto put = [&](std::string_view piece) {
    if (column + piece.size() > soft_limit) {
      out.append("=").append(line_end);
      column = 0;
    }
    out += piece;
    column += piece.size();
  };
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const auto rest = octets.substr(i);
    if (rest.starts_with(line_end)) {
      out += line_end;
      column = 0;
      i += line_end.size() - 1;
      continue;
    }
    const char c = rest.front();
    const bool before_end =
        rest.size() == 1 || rest.substr(1).starts_with(line_end) || column + 1 >= soft_limit - 1;
    const bool literal = (c > ' ' && c < 0x7f && c != '=') || (ascii::is_wsp(c) && !before_end);
    put(literal && !(escapes_much && random.chance(20)) ? std::string(1, c) : escaped(c));
  }
  return out;
}

}  // namespace

std::string_view name_of(BodyEncoding encoding) {
  switch (encoding) {
    case BodyEncoding::seven_bit:
      return "7bit";
    case BodyEncoding::eight_bit:
      return "8bit";
    case BodyEncoding::quoted_printable:
      return "quoted-printable";
    case BodyEncoding::base64:
      return "base64";
  }
  return "7bit";
}

std::string text_lines(Random& random, std::size_t script, std::string_view line_end) {
  std::string out;
  const auto lines = random.heavy(0, 200);
  for (std::size_t i = 0; i < lines; ++i) {
    if (random.chance(85)) out += prose(random, scripts()[script], random.between(1, 14));
    if (random.chance(2)) out += "  ";
    if (random.chance(2)) out += "=41=";
    if (i + 1 < lines || random.chance(90)) out += line_end;
  }
  return out;
}

std::string written_body(Random& random, BodyEncoding encoding, std::string_view octets,
                         std::string_view line_end) {
  if (encoding == BodyEncoding::base64) return base64_lines(random, octets, line_end);
  if (encoding == BodyEncoding::quoted_printable) return quoted_lines(random, octets, line_end);
  return std::string(octets);
}

bool fits(BodyEncoding encoding, std::string_view octets) {
  if (encoding == BodyEncoding::base64 || encoding == BodyEncoding::quoted_printable) return true;
  if (encoding == BodyEncoding::seven_bit && !ascii::is_all_ascii(octets)) return false;
  if (octets.contains('\0')) return false;
  std::size_t line = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (octets[i] == '\r' && (i + 1 == octets.size() || octets[i + 1] != '\n')) return false;
    line = octets[i] == '\n' ? 0 : line + 1;
    if (line > longest_line) return false;
  }
  return true;
}

}  // namespace scop::corpus
