#include "corpus/content_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"

namespace scop::corpus {

namespace {

constexpr std::size_t most_section = 40;

//   token = 1*<any (US-ASCII) CHAR except SPACE, CTLs, or tspecials>
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7f && !std::string_view("()<>@,;:\\\"/[]?=").contains(c);
  });
}

//   attribute-char = <any (US-ASCII) CHAR except SPACE, CTLs, "*", "'", "%", or tspecials>
std::string percent_encoded(Random& random, std::string_view octets) {
  std::string out;
  for (const char c : octets) {
    if (ascii::is_alnum(c) || (std::string_view(".-_").contains(c) && !random.chance(5))) {
      out += c;
    } else {
      const auto hex = to_hex(std::string_view(&c, 1));
      out += '%' + (random.chance(80) ? ascii::to_upper(hex) : hex);
    }
  }
  return out;
}

void add_separator(FieldText& text) {
  text.optional_space(5);
  text.add(";");
  text.space();
}

void add_plain(FieldText& text, std::string_view name, std::string_view value) {
  text.add(in_some_case(text.random(), name));
  text.add("=");
  if (is_token(value) && text.random().chance(60)) {
    text.add(value);
  } else {
    text.quoted(value);
  }
}

// RFC 2231 3: sections that are not encoded.
void add_sections(FieldText& text, std::string_view name, std::string_view value) {
  for (std::size_t number = 0; !value.empty(); ++number) {
    if (number > 0) add_separator(text);
    const auto section = value.substr(0, most_section);
    value.remove_prefix(section.size());
    text.add(fmt::format("{}*{}=", name, number));
    text.quoted(section);
  }
}

// RFC 2231 4: percent-encoded octets of a charset, in one piece or several.
void add_extended(FieldText& text, std::string_view name, std::string_view octets, std::string_view charset) {
  auto& random = text.random();
  const auto label = fmt::format("{}'{}'", charset, random.chance(20) ? "en" : "");
  if (octets.size() <= most_section) {
    text.add(fmt::format("{}*={}{}", name, label, percent_encoded(random, octets)));
    return;
  }
  for (std::size_t number = 0; !octets.empty(); ++number) {
    if (number > 0) add_separator(text);
    const auto section = octets.substr(0, most_section / 2);
    octets.remove_prefix(section.size());
    text.add(
        fmt::format("{}*{}*={}{}", name, number, number == 0 ? label : "", percent_encoded(random, section)));
  }
}

}  // namespace

std::string in_some_case(Random& random, std::string_view token) {
  if (random.chance(85)) return std::string(token);
  if (random.chance(50)) return ascii::to_upper(token);
  std::string out(token);
  for (auto& c : out) c = random.chance(50) ? ascii::upper(c) : c;
  return out;
}

void add_parameter(FieldText& text, std::string_view name, std::string_view value, std::string_view charset) {
  add_separator(text);
  if (!ascii::is_all_ascii(value) && text.manner().utf8) return add_plain(text, name, value);
  if (!ascii::is_all_ascii(value)) {
    const auto octets = in_charset(charset, value);
    return add_extended(text, name, octets ? *octets : std::string(value), octets ? charset : "utf-8");
  }
  if (name != "boundary" && value.size() > most_section && text.random().chance(30))
    return add_sections(text, name, value);
  add_plain(text, name, value);
}

}  // namespace scop::corpus
