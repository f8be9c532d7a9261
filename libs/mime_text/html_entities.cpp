#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "core/ascii.hpp"
#include "mime_text/html_tag.hpp"

namespace scop::mime_text {

namespace {

using namespace std::string_view_literals;

// Those that mail uses; others stay as they are. Sorted.
constexpr std::array entities{
    std::pair{"Aacute"sv, 0xc1U},  std::pair{"Auml"sv, 0xc4U},    std::pair{"Eacute"sv, 0xc9U},
    std::pair{"Ouml"sv, 0xd6U},    std::pair{"Uuml"sv, 0xdcU},    std::pair{"aacute"sv, 0xe1U},
    std::pair{"acirc"sv, 0xe2U},   std::pair{"agrave"sv, 0xe0U},  std::pair{"amp"sv, 0x26U},
    std::pair{"apos"sv, 0x27U},    std::pair{"aring"sv, 0xe5U},   std::pair{"atilde"sv, 0xe3U},
    std::pair{"auml"sv, 0xe4U},    std::pair{"bdquo"sv, 0x201eU}, std::pair{"bull"sv, 0x2022U},
    std::pair{"ccedil"sv, 0xe7U},  std::pair{"cent"sv, 0xa2U},    std::pair{"copy"sv, 0xa9U},
    std::pair{"deg"sv, 0xb0U},     std::pair{"eacute"sv, 0xe9U},  std::pair{"ecirc"sv, 0xeaU},
    std::pair{"egrave"sv, 0xe8U},  std::pair{"euml"sv, 0xebU},    std::pair{"euro"sv, 0x20acU},
    std::pair{"frac12"sv, 0xbdU},  std::pair{"gt"sv, 0x3eU},      std::pair{"hellip"sv, 0x2026U},
    std::pair{"iacute"sv, 0xedU},  std::pair{"icirc"sv, 0xeeU},   std::pair{"iexcl"sv, 0xa1U},
    std::pair{"iquest"sv, 0xbfU},  std::pair{"iuml"sv, 0xefU},    std::pair{"laquo"sv, 0xabU},
    std::pair{"ldquo"sv, 0x201cU}, std::pair{"lsquo"sv, 0x2018U}, std::pair{"lt"sv, 0x3cU},
    std::pair{"mdash"sv, 0x2014U}, std::pair{"middot"sv, 0xb7U},  std::pair{"nbsp"sv, 0x20U},
    std::pair{"ndash"sv, 0x2013U}, std::pair{"ntilde"sv, 0xf1U},  std::pair{"oacute"sv, 0xf3U},
    std::pair{"ocirc"sv, 0xf4U},   std::pair{"otilde"sv, 0xf5U},  std::pair{"ouml"sv, 0xf6U},
    std::pair{"pound"sv, 0xa3U},   std::pair{"quot"sv, 0x22U},    std::pair{"raquo"sv, 0xbbU},
    std::pair{"rdquo"sv, 0x201dU}, std::pair{"reg"sv, 0xaeU},     std::pair{"rsquo"sv, 0x2019U},
    std::pair{"sect"sv, 0xa7U},    std::pair{"shy"sv, 0xadU},     std::pair{"szlig"sv, 0xdfU},
    std::pair{"trade"sv, 0x2122U}, std::pair{"uacute"sv, 0xfaU},  std::pair{"ucirc"sv, 0xfbU},
    std::pair{"uuml"sv, 0xfcU},    std::pair{"yen"sv, 0xa5U},     std::pair{"zwj"sv, 0x200dU},
    std::pair{"zwnj"sv, 0x200cU},
};
static_assert(std::ranges::is_sorted(entities));

void append_utf8(std::string& out, std::uint32_t c) {
  if (c == 0xa0) c = ' ';
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += {static_cast<char>(0xc0U | c >> 6U), static_cast<char>(0x80U | (c & 0x3fU))};
  } else if (c < 0x10000) {
    out += {static_cast<char>(0xe0U | c >> 12U), static_cast<char>(0x80U | (c >> 6U & 0x3fU)),
            static_cast<char>(0x80U | (c & 0x3fU))};
  } else {
    out += {static_cast<char>(0xf0U | c >> 18U), static_cast<char>(0x80U | (c >> 12U & 0x3fU)),
            static_cast<char>(0x80U | (c >> 6U & 0x3fU)), static_cast<char>(0x80U | (c & 0x3fU))};
  }
}

// "#38", "#x26" or "amp"; 0 where it is none.
std::uint32_t character_of(std::string_view name) {
  if (!name.starts_with('#')) {
    const auto found = std::ranges::lower_bound(entities, name, {}, [](const auto& e) { return e.first; });
    return found != entities.end() && found->first == name ? found->second : 0;
  }
  name.remove_prefix(1);
  const bool hex = name.starts_with('x') || name.starts_with('X');
  if (hex) name.remove_prefix(1);
  std::uint32_t number = 0;
  const std::string digits(name);
  const auto [end, error] =
      std::from_chars(std::to_address(digits.begin()), std::to_address(digits.end()), number, hex ? 16 : 10);
  const bool whole = error == std::errc() && end == std::to_address(digits.end()) && !digits.empty();
  const bool character = number < 0x110000 && (number < 0xd800 || number > 0xdfff);
  return whole && character ? number : 0;
}

}  // namespace

std::string resolve_entities(std::string_view text, std::size_t* letters) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto ampersand = std::min(text.find('&'), text.size());
    out += text.substr(0, ampersand);
    text.remove_prefix(ampersand);
    if (text.empty()) break;
    text.remove_prefix(1);
    const auto window = text.substr(0, 12);
    const auto end = static_cast<std::size_t>(
        std::ranges::find_if_not(window, [](char c) { return ascii::is_alnum(c) || c == '#'; }) -
        window.begin());
    const auto character = character_of(window.substr(0, end));
    if (character == 0) {
      out += '&';
      continue;
    }
    const bool letter = character < 0x80 && ascii::is_alnum(static_cast<char>(character));
    if (letters != nullptr && letter && text.starts_with('#')) ++*letters;
    append_utf8(out, character);
    text.remove_prefix(end);
    if (text.starts_with(';')) text.remove_prefix(1);
  }
  return out;
}

}  // namespace scop::mime_text
