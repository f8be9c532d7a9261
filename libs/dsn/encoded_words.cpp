#include "dsn/encoded_words.hpp"

#include <optional>

#include "core/ascii.hpp"
#include "core/base64.hpp"

namespace scop::dsn {

namespace {

std::optional<std::string> from_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      out += ' ';
    } else if (text[i] == '=') {
      const auto octet = from_hex(text.substr(i + 1, 2));
      if (!octet || octet->empty()) return std::nullopt;
      out += *octet;
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<std::string> decode_one(std::string_view word) {
  if (word.size() < 6 || !word.starts_with("=?") || !word.ends_with("?=")) return std::nullopt;
  const auto parts = ascii::split(word.substr(2, word.size() - 4), '?');
  if (parts.size() != 3 || parts[1].size() != 1) return std::nullopt;
  const auto charset = ascii::split(parts[0], '*').front();
  if (!ascii::equals_ignoring_case(charset, "utf-8") && !ascii::equals_ignoring_case(charset, "us-ascii")) {
    return std::nullopt;
  }
  const auto form = ascii::lower(parts[1].front());
  auto decoded = form == 'b' ? from_base64(parts[2]) : form == 'q' ? from_q(parts[2]) : std::nullopt;
  return decoded;
}

}  // namespace

std::string decode_words(std::string_view text) {
  std::string out;
  bool behind_encoded = false;
  for (const auto word : ascii::split(text, ' ')) {
    const auto decoded = decode_one(word);
    if (!out.empty() && !(behind_encoded && decoded)) out += ' ';
    if (decoded) {
      out += *decoded;
    } else {
      out += word;
    }
    behind_encoded = decoded.has_value();
  }
  return out;
}

}  // namespace scop::dsn
