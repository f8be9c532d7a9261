#include "message/content_type.hpp"

#include <algorithm>
#include <map>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "message/lexer.hpp"

namespace scop::message {

namespace {

//   attribute = name ["*" section] ["*"]           ; RFC 2231 3 and 4
struct Piece {
  std::string name;
  unsigned section = 0;
  bool extended = false;
  std::string value;
};

std::string percent_decoded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto octet = text.front() == '%' && text.size() >= 3 ? from_hex(text.substr(1, 2)) : std::nullopt;
    out += octet ? octet->front() : text.front();
    text.remove_prefix(octet ? 3 : 1);
  }
  return out;
}

Piece make_piece(std::string_view attribute, std::string value) {
  Piece piece;
  if (attribute.ends_with('*')) {
    piece.extended = true;
    attribute.remove_suffix(1);
  }
  const auto star = attribute.find('*');
  if (star != std::string_view::npos) {
    const auto section = ascii::parse_unsigned(attribute.substr(star + 1));
    if (section && *section < most_parameters) {
      piece.section = static_cast<unsigned>(*section);
      attribute = attribute.substr(0, star);
    }
  }
  piece.name = ascii::to_lower(attribute);
  piece.value = std::move(value);
  return piece;
}

std::string decoded(const Piece& piece) {
  if (!piece.extended) return piece.value;
  std::string_view text = piece.value;
  if (piece.section == 0) {  // charset'language'text
    const auto first = text.find('\'');
    const auto second = first == std::string_view::npos ? first : text.find('\'', first + 1);
    if (second != std::string_view::npos) text.remove_prefix(second + 1);
  }
  return percent_decoded(text);
}

bool parse_piece(Lexer& lexer, Piece& piece) {
  const auto attribute = lexer.token();
  if (attribute.empty() || !lexer.skip_cfws() || !lexer.take('=') || !lexer.skip_cfws()) return false;
  std::string value;
  if (lexer.peek() == '"') {
    auto content = lexer.quoted_string();
    if (!content) return false;
    value = std::move(*content);
  } else {
    value = lexer.token();
  }
  piece = make_piece(attribute, std::move(value));
  return lexer.skip_cfws();
}

std::vector<Piece> parse_pieces(Lexer& lexer) {
  std::vector<Piece> pieces;
  while (lexer.skip_cfws() && lexer.take(';') && pieces.size() < most_parameters) {
    if (!lexer.skip_cfws()) break;
    if (lexer.peek() == ';' || lexer.at_end()) continue;
    Piece piece;
    if (!parse_piece(lexer, piece)) break;
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

}  // namespace

std::optional<std::string_view> ContentType::parameter(std::string_view name) const {
  const auto found = std::ranges::find_if(parameters, [&](const auto& one) { return one.first == name; });
  return found == parameters.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::optional<ContentType> parse_content_type(std::string_view value) {
  Lexer lexer(value);
  if (!lexer.skip_cfws()) return std::nullopt;
  const auto type = lexer.token();
  if (type.empty() || !lexer.skip_cfws() || !lexer.take('/') || !lexer.skip_cfws()) return std::nullopt;
  const auto subtype = lexer.token();
  if (subtype.empty()) return std::nullopt;
  ContentType content{ascii::to_lower(type), ascii::to_lower(subtype), {}};
  auto pieces = parse_pieces(lexer);
  // Sections in their order, the first of two equal ones: a second "boundary" must not win over the first.
  std::map<std::string, std::map<unsigned, const Piece*>> sections;
  for (const auto& piece : pieces) sections[piece.name].try_emplace(piece.section, &piece);
  for (const auto& [name, in_order] : sections) {
    std::string whole;
    unsigned expected = 0;
    for (const auto& [section, piece] : in_order) {
      if (section != expected++) break;
      whole += decoded(*piece);
    }
    content.parameters.emplace_back(name, std::move(whole));
  }
  return content;
}

}  // namespace scop::message
