#include "mime_text/charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "message/header.hpp"
#include "message/transfer.hpp"

namespace scop::mime_text {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";
constexpr std::size_t most_words = 400;          // encoded words in one field
constexpr std::size_t most_word_octets = 1'000;  // RFC 2047 allows 75

// What iconv may be asked for, and the names that mail uses for it. All are ASCII in their lower half but the
// last.
struct Known {
  const char* name;
  std::array<std::string_view, 5> aliases;
};
constexpr std::array known_charsets{
    Known{"ISO-8859-2", {"iso-8859-2", "latin2"}},
    Known{"ISO-8859-3", {"iso-8859-3"}},
    Known{"ISO-8859-4", {"iso-8859-4"}},
    Known{"ISO-8859-5", {"iso-8859-5"}},
    Known{"ISO-8859-6", {"iso-8859-6"}},
    Known{"ISO-8859-7", {"iso-8859-7"}},
    Known{"ISO-8859-8", {"iso-8859-8", "iso-8859-8-i"}},
    Known{"ISO-8859-9", {"iso-8859-9", "latin5"}},
    Known{"ISO-8859-10", {"iso-8859-10"}},
    Known{"ISO-8859-13", {"iso-8859-13"}},
    Known{"ISO-8859-14", {"iso-8859-14"}},
    Known{"ISO-8859-15", {"iso-8859-15", "latin9"}},
    Known{"ISO-8859-16", {"iso-8859-16"}},
    Known{"WINDOWS-1250", {"windows-1250", "cp1250"}},
    Known{"WINDOWS-1251", {"windows-1251", "cp1251", "cp-1251"}},
    Known{"WINDOWS-1252", {"windows-1252", "cp1252", "iso-8859-1", "latin1"}},
    Known{"WINDOWS-1253", {"windows-1253", "cp1253"}},
    Known{"WINDOWS-1254", {"windows-1254", "cp1254"}},
    Known{"WINDOWS-1255", {"windows-1255", "cp1255"}},
    Known{"WINDOWS-1256", {"windows-1256", "cp1256"}},
    Known{"WINDOWS-1257", {"windows-1257", "cp1257"}},
    Known{"WINDOWS-1258", {"windows-1258", "cp1258"}},
    Known{"KOI8-R", {"koi8-r", "koi8"}},
    Known{"KOI8-U", {"koi8-u"}},
    Known{"IBM866", {"ibm866", "cp866"}},
    Known{"CP437", {"cp437", "ibm437"}},
    Known{"CP850", {"cp850", "ibm850"}},
    Known{"MACINTOSH", {"macintosh", "mac"}},
    Known{"TIS-620", {"tis-620", "windows-874"}},
    Known{"GB18030", {"gb18030", "gb2312", "gbk", "chinesebig5", "cp936"}},
    Known{"BIG5-HKSCS", {"big5", "big5-hkscs", "cn-big5"}},
    Known{"EUC-JP", {"euc-jp"}},
    Known{"CP932", {"shift_jis", "shift-jis", "sjis", "cp932", "windows-31j"}},
    Known{"CP949", {"euc-kr", "ks_c_5601-1987", "ks_c_5601", "cp949", "uhc"}},
    Known{"ISO-2022-JP", {"iso-2022-jp"}},
    Known{"ISO-2022-KR", {"iso-2022-kr"}},
    Known{"UTF-16", {"utf-16"}},
    Known{"UTF-16LE", {"utf-16le"}},
    Known{"UTF-16BE", {"utf-16be"}},
    Known{"UTF-7", {"utf-7", "unicode-1-1-utf-7"}},
};
constexpr std::size_t windows_1252 = 15;

bool has_8bit(std::string_view text) { return std::ranges::any_of(text, ascii::is_8bit); }

// Up to four octets that are one character by RFC 3629; 0 where they are none.
std::size_t character_octets(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return ascii::is_utf8(text.substr(0, size)) && text.size() >= size ? size : 0;
}

Charsets::Converted repaired(std::string_view octets) {
  Charsets::Converted out{.clean = false};
  out.text.reserve(octets.size() + 16);
  while (!octets.empty()) {
    const auto size = character_octets(octets);
    out.text += size == 0 ? replacement : octets.substr(0, size);
    octets.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

}  // namespace

struct Charsets::State {
  std::array<iconv_t, known_charsets.size()> open{};
  std::array<bool, known_charsets.size()> tried{};

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (is_open(i)) iconv_close(open.at(i));
    }
  }
  bool is_open(std::size_t index) const { return tried.at(index) && open.at(index) != iconv_t(-1); }
  bool opens(std::size_t index) {
    if (!std::exchange(tried.at(index), true))
      open.at(index) = iconv_open("UTF-8", known_charsets.at(index).name);
    return is_open(index);
  }
  Converted convert(std::size_t index, std::string_view octets);
};

// Each octet costs at most one call: a bad one is replaced and skipped.
Charsets::Converted Charsets::State::convert(std::size_t index, std::string_view octets) {
  Converted out;
  const auto handle = open.at(index);
  iconv(handle, nullptr, nullptr, nullptr, nullptr);
  std::array<char, 4096> buffer{};
  std::string input(octets);
  char* in = input.data();
  std::size_t left = input.size();
  const std::size_t most = octets.size() * 4 + 16;
  while (left > 0 && out.text.size() < most) {
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const auto result = iconv(handle, &in, &left, &to, &room);
    out.text.append(buffer.data(), buffer.size() - room);
    if (result != static_cast<std::size_t>(-1)) break;
    if (errno == E2BIG) continue;
    out.text += replacement;
    out.clean = false;
    if (errno != EILSEQ) break;
    in = std::next(in);
    --left;
  }
  // Where marks may join the letter before them (windows-1255, -1258), iconv holds the last one back.
  char* to = buffer.data();
  std::size_t room = buffer.size();
  iconv(handle, nullptr, nullptr, &to, &room);
  out.text.append(buffer.data(), buffer.size() - room);
  return out;
}

Charsets::Charsets() : state_(std::make_unique<State>()) {}
Charsets::Charsets(Charsets&&) noexcept = default;
Charsets& Charsets::operator=(Charsets&&) noexcept = default;
Charsets::~Charsets() = default;

void Charsets::open_all() {
  for (std::size_t i = 0; i < known_charsets.size(); ++i) {
    if (state_->opens(i)) static_cast<void>(state_->convert(i, "a"));
  }
}

Charsets::Converted Charsets::to_utf8(std::string_view charset, std::string_view octets) {
  const auto name = ascii::to_lower(ascii::trim(charset.substr(0, 60)));
  const bool says_utf8 = name == "utf-8" || name == "utf8";
  const bool says_ascii = name.empty() || name == "us-ascii" || name == "ascii";
  if ((says_utf8 || says_ascii) && !has_8bit(octets)) return {.text = std::string(octets)};
  if (says_utf8) return ascii::is_utf8(octets) ? Converted{.text = std::string(octets)} : repaired(octets);
  for (std::size_t i = 0; i < known_charsets.size(); ++i) {
    const auto& aliases = known_charsets.at(i).aliases;
    if (std::ranges::find(aliases, std::string_view(name)) == aliases.end()) continue;
    if (i < 29 && !has_8bit(octets)) return {.text = std::string(octets)};  // ASCII in the lower half
    if (state_->opens(i)) return state_->convert(i, octets);
  }
  const bool clean = says_ascii && !has_8bit(octets);
  if (ascii::is_utf8(octets)) return {.text = std::string(octets), .known = says_ascii, .clean = clean};
  if (!state_->opens(windows_1252)) return repaired(octets);
  auto out = state_->convert(windows_1252, octets);
  out.known = says_ascii;
  out.clean = false;
  return out;
}

namespace {

struct EncodedWord {
  std::string_view charset;
  std::string octets;
  std::size_t size = 0;  // of its text
};

//   encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="
EncodedWord parse_word(std::string_view text) {
  text = text.substr(0, most_word_octets);
  const auto charset_end = text.substr(0, 64).find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 3 > text.size()) return {};
  const char encoding = ascii::lower(text[charset_end + 1]);
  if (text[charset_end + 2] != '?' || (encoding != 'q' && encoding != 'b')) return {};
  const auto begin = charset_end + 3;
  const auto end = text.find("?=", begin);
  if (end == std::string_view::npos) return {};
  EncodedWord word{.charset = text.substr(2, charset_end - 2), .size = end + 2};
  word.charset = word.charset.substr(0, word.charset.find('*'));
  std::string encoded(text.substr(begin, end - begin));
  if (encoding == 'b') {
    while (encoded.ends_with('=')) encoded.pop_back();
    encoded.append((4 - encoded.size() % 4) % 4, '=');
    word.octets = message::decode_base64_body(encoded).value_or("");
  } else {
    std::ranges::replace(encoded, '_', ' ');
    word.octets = message::decode_quoted_printable(encoded);
  }
  return word;
}

}  // namespace

Charsets::Converted Charsets::decode_field(std::string_view value) {
  const auto unfolded = message::unfold(value);
  std::string_view rest = unfolded;
  Converted out;
  bool after_word = false;
  for (std::size_t words = 0; !rest.empty();) {
    const auto start = words < most_words ? std::min(rest.find("=?"), rest.size()) : rest.size();
    const auto word = start < rest.size() ? parse_word(rest.substr(start)) : EncodedWord{};
    const auto plain = rest.substr(0, word.size > 0 ? start : std::min(start + 2, rest.size()));
    // White space between two encoded words is not shown (RFC 2047 6.2).
    if (!(after_word && word.size > 0 && ascii::trim(plain).empty())) {
      const auto text = to_utf8("", plain);
      out.text += text.text;
      out.clean = out.clean && text.clean;
    }
    rest.remove_prefix(plain.size() + word.size);
    after_word = word.size > 0;
    if (!after_word) continue;
    ++words;
    const auto text = to_utf8(word.charset, word.octets);
    out.text += text.text;
    out.known = out.known && text.known;
  }
  return out;
}

}  // namespace scop::mime_text
