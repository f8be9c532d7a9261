#include <algorithm>
#include <map>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "mime/entity.hpp"

namespace scop::mime {

namespace {

constexpr std::size_t most_parameters = 200;
constexpr std::size_t most_sections = 200;  // of RFC 2231 continuations

using Tokens = std::vector<const Token*>;
using Parameters = std::vector<std::pair<std::string, std::string>>;

bool is_special(const Token& token, char c) {
  const auto* special = std::get_if<Special>(&token);
  return special != nullptr && special->character == c;
}
bool is_space(const Token& token) { return std::holds_alternative<Space>(token); }

// Whether a parameter's name and "=" stand there: what somebody left the semicolon out before, as RFC 2231's
// own examples do.
bool begins_parameter(const std::vector<Token>& tokens, std::size_t at) {
  if (at >= tokens.size() || !std::holds_alternative<Word>(tokens[at])) return false;
  ++at;
  if (at < tokens.size() && is_space(tokens[at])) ++at;
  return at < tokens.size() && is_special(tokens[at], '=');
}

bool has_content(const Tokens& segment) {
  return std::ranges::any_of(segment, [](const Token* token) { return !is_space(*token); });
}

// What stands between semicolons, without comments.
std::vector<Tokens> segments_of(const Field& field) {
  std::vector<Tokens> segments(1);
  std::size_t depth = 0;
  for (std::size_t i = 0; i < field.tokens.size(); ++i) {
    const auto& token = field.tokens[i];
    const bool left_out = depth == 0 && is_space(token) && has_content(segments.back()) &&
                          !is_special(*segments.back().back(), '=') && begins_parameter(field.tokens, i + 1);
    if (is_special(token, '(')) {
      ++depth;
    } else if (is_special(token, ')') && depth > 0) {
      --depth;
    } else if (depth == 0 && (is_special(token, ';') || left_out)) {
      if (segments.size() > most_parameters) break;
      segments.emplace_back();
    } else if (depth == 0) {
      segments.back().push_back(&token);
    }
  }
  return segments;
}

std::string unfolded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '\r' && c != '\n') out += c;
  }
  return out;
}

struct Writer {
  std::string& text;
  mime_text::Charsets& charsets;
  void operator()(const Space& space) const { text += unfolded(space.text); }
  void operator()(const Word& word) const { text += word.text; }
  void operator()(const Special& special) const { text += special.character; }
  void operator()(const Escaped& escaped) const { text += escaped.character; }
  void operator()(const Quoted& quoted) const { text += unfolded(quoted.text); }
  void operator()(const EncodedWord& word) const { text += charsets.to_utf8(word.charset, word.octets).text; }
};

bool is_encoded_word(const Tokens& tokens, std::size_t at) {
  return at < tokens.size() && std::holds_alternative<Boxed<EncodedWord>>(*tokens[at]);
}

std::string text_of(const Tokens& tokens, std::size_t from, std::size_t to, mime_text::Charsets& charsets) {
  std::string text;
  for (std::size_t i = from; i < to; ++i) {
    // RFC 2047 6.2: white space between encoded words is none.
    const bool joins =
        is_space(*tokens[i]) && i > from && is_encoded_word(tokens, i - 1) && is_encoded_word(tokens, i + 1);
    if (!joins) std::visit(Writer{text, charsets}, *tokens[i]);
  }
  return std::string(ascii::trim(text));
}

// A quoted string alone where the value begins with one, also where it does not end; otherwise everything,
// white space inside too.
std::string value_of(const Tokens& tokens, std::size_t from, mime_text::Charsets& charsets) {
  while (from < tokens.size() && is_space(*tokens[from])) ++from;
  if (from < tokens.size() && is_special(*tokens[from], '"')) ++from;
  const bool quoted = from < tokens.size() && std::holds_alternative<Quoted>(*tokens[from]);
  return quoted ? unfolded(std::get<Quoted>(*tokens[from]).text)
                : text_of(tokens, from, tokens.size(), charsets);
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto octet = text.front() == '%' && text.size() > 2 ? from_hex(text.substr(1, 2)) : std::nullopt;
    out += octet ? octet->front() : text.front();
    text.remove_prefix(octet ? 3 : 1);
  }
  return out;
}

// RFC 2231 3 and 4: sections by number, those with "*" percent-encoded, the first with charset'language'.
struct Sections {
  std::map<std::size_t, std::string> octets;
  std::string charset;
  bool extended = false;
};

struct Gathered {
  std::vector<std::string> order;
  std::map<std::string, std::string> plain;
  std::map<std::string, Sections> sections;
};

void add_section(Sections& sections, std::size_t number, bool extended, std::string value) {
  if (number > most_sections) return;
  std::string_view rest = value;
  if (extended && number == 0) {
    const auto first = rest.find('\'');
    const auto second = first == std::string_view::npos ? first : rest.find('\'', first + 1);
    if (second != std::string_view::npos) {
      sections.charset = rest.substr(0, first);
      rest.remove_prefix(second + 1);
    }
  }
  sections.extended = sections.extended || extended;
  sections.octets.try_emplace(number, extended ? percent_decoded(rest) : std::string(rest));
}

void add_parameter(Gathered& gathered, std::string name, std::string value) {
  const bool extended = name.ends_with('*');
  if (extended) name.pop_back();
  std::optional<std::uint64_t> number;
  if (const auto star = name.rfind('*'); star != std::string::npos) {
    number = ascii::parse_unsigned(std::string_view(name).substr(star + 1));
    if (number) name.resize(star);
  }
  if (name.empty()) return;
  if (std::ranges::find(gathered.order, name) == gathered.order.end()) gathered.order.push_back(name);
  if (extended || number) {
    add_section(gathered.sections[name], static_cast<std::size_t>(number.value_or(0)), extended,
                std::move(value));
  } else {
    gathered.plain.try_emplace(std::move(name), std::move(value));
  }
}

std::string joined(const Sections& sections, mime_text::Charsets& charsets) {
  std::string octets;
  for (std::size_t i = 0; sections.octets.contains(i); ++i) octets += sections.octets.at(i);
  return sections.extended ? charsets.to_utf8(sections.charset, octets).text : octets;
}

Parameters parameters_of(const std::vector<Tokens>& segments, mime_text::Charsets& charsets) {
  Gathered gathered;
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const auto& tokens = segments[i];
    const auto equals =
        std::ranges::find_if(tokens, [](const Token* token) { return is_special(*token, '='); });
    if (equals == tokens.end()) continue;
    const auto at = static_cast<std::size_t>(equals - tokens.begin());
    add_parameter(gathered, ascii::to_lower(text_of(tokens, 0, at, charsets)),
                  value_of(tokens, at + 1, charsets));
  }
  Parameters parameters;
  for (const auto& name : gathered.order) {
    const auto sections = gathered.sections.find(name);
    auto value =
        sections == gathered.sections.end() ? gathered.plain[name] : joined(sections->second, charsets);
    // A boundary is octets to be found again; encoded words within quotes are none by RFC 2047 5, and in much
    // real mail.
    if (name != "boundary" && (value.contains("=?") || !ascii::is_utf8(value)))
      value = charsets.decode_field(value).text;
    parameters.emplace_back(name, std::move(value));
  }
  return parameters;
}

const Field* first(const Header& header, std::string_view name) {
  for (const auto& line : header.lines) {
    const auto* field = std::get_if<Field>(&line);
    if (field != nullptr && ascii::equals_ignoring_case(field->name, name)) return field;
  }
  return nullptr;
}

//   type "/" subtype, both tokens
bool is_media_type(std::string_view text) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < text.size() &&
         !text.substr(slash + 1).contains('/') &&
         !std::ranges::any_of(text, [](char c) { return c <= ' ' || c == 0x7f; });
}

}  // namespace

namespace {

// RFC 822 3.1.4 lets white space stand between tokens: "text / plain".
std::string media_type(const Tokens& tokens, mime_text::Charsets& charsets) {
  auto type = ascii::to_lower(text_of(tokens, 0, tokens.size(), charsets));
  const auto slash = type.find('/');
  if (slash == std::string::npos) return type;
  const auto subtype = std::string(ascii::trim(std::string_view(type).substr(slash + 1)));
  return std::string(ascii::trim(std::string_view(type).substr(0, slash))) + '/' + subtype;
}

}  // namespace

Content content_of(const Header& header, std::string_view default_type, mime_text::Charsets& charsets) {
  Content content;
  content.type = default_type;
  if (const auto* field = first(header, "Content-Type")) {
    const auto segments = segments_of(*field);
    auto type = media_type(segments[0], charsets);
    content.type_is_good = is_media_type(type);
    content.type = content.type_is_good ? std::move(type) : "text/plain";
    content.parameters = parameters_of(segments, charsets);
  }
  if (const auto* field = first(header, "Content-Disposition")) {
    const auto segments = segments_of(*field);
    content.disposition = ascii::to_lower(text_of(segments[0], 0, segments[0].size(), charsets));
    content.disposition_parameters = parameters_of(segments, charsets);
  }
  if (const auto* field = first(header, "Content-Transfer-Encoding")) {
    const auto segments = segments_of(*field);
    content.encoding_name = ascii::to_lower(text_of(segments[0], 0, segments[0].size(), charsets));
    content.encoding = message::parse_transfer_encoding(content.encoding_name);
  }
  return content;
}

std::optional<std::string_view> find(const Parameters& parameters, std::string_view name) {
  for (const auto& [known, value] : parameters) {
    if (known == name) return value;
  }
  return std::nullopt;
}

}  // namespace scop::mime
