#include "spf/macro.hpp"

#include <algorithm>
#include <optional>

#include "core/ascii.hpp"

namespace scop::spf {

namespace {

constexpr std::string_view macro_letters = "slodiphcrtv";
constexpr std::string_view macro_delimiters = ".-+,/_=";
constexpr unsigned most_parts_kept = 255;  // no name has more

std::unexpected<Error> bad_macro(std::string_view text) {
  return failure(ErrorKind::malformed, "bad macro in '" + ascii::printable(text, 80) + "'");
}

// Digits at the front: 0 where there are none, nullopt for the number 0, which 7.1 forbids.
std::optional<unsigned> take_keep(std::string_view& text) {
  if (text.empty() || !ascii::is_digit(text.front())) return 0;
  unsigned keep = 0;
  for (; !text.empty() && ascii::is_digit(text.front()); text.remove_prefix(1)) {
    keep = std::min(keep * 10 + static_cast<unsigned>(text.front() - '0'), most_parts_kept);
  }
  return keep == 0 ? std::nullopt : std::optional(keep);
}

// What stands between "%{" and "}".
std::optional<MacroPart> parse_braced(std::string_view text) {
  if (text.empty() || !macro_letters.contains(ascii::lower(text.front()))) return std::nullopt;
  MacroPart part;
  part.letter = ascii::lower(text.front());
  part.url_escape = part.letter != text.front();
  text.remove_prefix(1);
  const auto keep = take_keep(text);
  if (!keep) return std::nullopt;
  part.keep = *keep;
  if (!text.empty() && ascii::lower(text.front()) == 'r') {
    part.reverse = true;
    text.remove_prefix(1);
  }
  if (text.find_first_not_of(macro_delimiters) != std::string_view::npos) return std::nullopt;
  if (!text.empty()) part.delimiters = text;
  return part;
}

class Reader {
 public:
  Reader(std::string_view text, bool with_spaces) : text_(text), with_spaces_(with_spaces) {}

  Outcome<MacroString> read() {
    const auto whole = text_;
    while (!text_.empty()) {
      if (!(text_.front() == '%' ? take_expand() : take_literal())) return bad_macro(whole);
    }
    return std::move(string_);
  }

 private:
  void append(std::string_view literal) {
    if (string_.parts.empty() || string_.parts.back().letter != 0) string_.parts.emplace_back();
    string_.parts.back().literal += literal;
  }
  bool take_literal() {
    const char c = text_.front();
    if (c < 0x20 || c > 0x7e || (c == ' ' && !with_spaces_)) return false;
    append(text_.substr(0, 1));
    text_.remove_prefix(1);
    return true;
  }
  bool take_expand() {
    const char second = text_.size() > 1 ? text_.at(1) : '\0';
    if (second == '{') return take_braced();
    if (second != '%' && second != '_' && second != '-') return false;
    append(second == '%' ? "%" : second == '_' ? " " : "%20");
    text_.remove_prefix(2);
    return true;
  }
  bool take_braced() {
    const auto end = text_.find('}');
    if (end == std::string_view::npos) return false;
    auto part = parse_braced(text_.substr(2, end - 2));
    if (!part) return false;
    string_.parts.push_back(std::move(*part));
    text_.remove_prefix(end + 1);
    return true;
  }

  std::string_view text_;
  bool with_spaces_;
  MacroString string_;
};

//   toplabel = ( *alphanum ALPHA *alphanum ) / ( 1*alphanum "-" *( alphanum / "-" ) alphanum )
bool is_toplabel(std::string_view label) {
  if (label.empty() || label.front() == '-' || label.back() == '-') return false;
  const auto belongs = [](char c) { return ascii::is_alnum(c) || c == '-'; };
  return std::ranges::all_of(label, belongs) && !std::ranges::all_of(label, ascii::is_digit);
}

// Whether the last thing in a well-formed macro string is a macro-expand.
bool ends_with_expand(std::string_view text) {
  std::size_t at = 0;
  bool expand = false;
  while (at < text.size()) {
    expand = text.at(at) == '%';
    if (!expand) {
      ++at;
    } else {
      at = text.at(at + 1) == '{' ? text.find('}', at) + 1 : at + 2;
    }
  }
  return expand;
}

bool ends_with_toplabel(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  const auto dot = text.rfind('.');
  return dot != std::string_view::npos && is_toplabel(text.substr(dot + 1));
}

}  // namespace

bool MacroString::uses(std::string_view letters) const {
  return std::ranges::any_of(
      parts, [&](const MacroPart& part) { return part.letter != 0 && letters.contains(part.letter); });
}

Outcome<MacroString> parse_macro_string(std::string_view text) { return Reader(text, false).read(); }

Outcome<MacroString> parse_explanation(std::string_view text) { return Reader(text, true).read(); }

Outcome<MacroString> parse_domain_spec(std::string_view text) {
  auto string = parse_macro_string(text);
  if (!string) return string;
  if (string->uses("crt"))
    return failure(ErrorKind::malformed, "a macro of explanations in '" + ascii::printable(text, 80) + "'");
  if (!ends_with_expand(text) && !ends_with_toplabel(text))
    return failure(ErrorKind::malformed, "no domain name: '" + ascii::printable(text, 80) + "'");
  return string;
}

}  // namespace scop::spf
