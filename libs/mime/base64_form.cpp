#include <algorithm>
#include <array>
#include <span>

#include "core/base64.hpp"
#include "mime/transfer_form.hpp"

namespace scop::mime {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 255;
constexpr std::uint8_t largest_digit = 63;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return digits;
}
constexpr auto digits = make_digits();

std::uint32_t digit_of(char c) { return digits[static_cast<unsigned char>(c)]; }

void add_line(Base64Form& form, std::uint64_t length, LineEnd end) {
  if (!form.lines.empty() && form.lines.back().length == length && form.lines.back().end == end) {
    ++form.lines.back().count;
  } else {
    form.lines.push_back({1, length, end});
  }
}

// RFC 2045 6.8: other characters are skipped; the first padding ends the octets, as does the text's end. On
// the way it sees whether the canonical encoder would have written the same characters.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text), octets_(text.size() / 4 * 3 + 3, '\0') {}

  Decoded read() {
    const auto text = rest_;
    while (!rest_.empty()) take_line();
    octets_.resize(size_);
    if (is_canonical()) return {std::move(octets_), std::move(form_)};
    return {std::move(octets_), Irregular{std::string(text)}, false};
  }

 private:
  void take_line() {
    const auto lf = rest_.find('\n');
    auto line = rest_.substr(0, lf);
    rest_.remove_prefix(lf == std::string_view::npos ? rest_.size() : lf + 1);
    const bool crlf = lf != std::string_view::npos && line.ends_with('\r');
    if (crlf) line.remove_suffix(1);
    add_line(form_, line.size(),
             lf == std::string_view::npos ? LineEnd::none
             : crlf                       ? LineEnd::crlf
                                          : LineEnd::lf);
    take_groups(line);
    for (const char c : line) take(c);
  }

  // As many groups of four digits as there are from the line's start.
  void take_groups(std::string_view& line) {
    if (held_ > 0 || padding_ > 0) return;
    const auto room = std::span(octets_).subspan(size_);
    std::size_t at = 0;
    for (; at + 4 <= line.size(); at += 4) {
      const auto a = digit_of(line[at]);
      const auto b = digit_of(line[at + 1]);
      const auto c = digit_of(line[at + 2]);
      const auto d = digit_of(line[at + 3]);
      if ((a | b | c | d) > largest_digit) break;
      const auto to = at / 4 * 3;
      room[to] = static_cast<char>(a << 2U | b >> 4U);
      room[to + 1] = static_cast<char>((b << 4U | c >> 2U) & 0xffU);
      room[to + 2] = static_cast<char>((c << 6U | d) & 0xffU);
    }
    size_ += at / 4 * 3;
    line.remove_prefix(at);
  }

  void take(char c) {
    const auto digit = digit_of(c);
    if (c == '=') {
      ++padding_;
    } else if (digit == no_digit || padding_ > 0) {
      strange_ = true;
    } else {
      held_ = (held_ + 1) % 4;
      bits_ = bits_ << 6U | digit;
      if (held_ != 1)
        octets_[size_++] = static_cast<char>(bits_ >> (held_ == 2 ? 4U : held_ == 3 ? 2U : 0U) & 0xffU);
      if (held_ == 0) bits_ = 0;
    }
  }

  // Padded to groups of four, and the bits that are no octet are zero.
  bool is_canonical() const {
    const std::uint32_t surplus = held_ == 2 ? 0x0fU : held_ == 3 ? 0x03U : 0U;
    return !strange_ && held_ != 1 && padding_ == (held_ == 0 ? 0 : 4 - held_) && (bits_ & surplus) == 0;
  }

  std::string_view rest_;
  std::string octets_;
  std::size_t size_ = 0;  // of the octets so far
  Base64Form form_;
  std::uint32_t bits_ = 0;
  std::size_t held_ = 0;  // digits of the group that is open
  std::size_t padding_ = 0;
  bool strange_ = false;
};

}  // namespace

Decoded decode_base64(std::string_view text) { return Reader(text).read(); }

void append_base64(std::string& text, std::string_view octets, const Base64Form& form) {
  const auto characters = to_base64(octets);
  std::string_view rest = characters;
  text.reserve(text.size() + characters.size() + characters.size() / 32);
  for (const auto& lines : form.lines) {
    for (std::uint64_t i = 0; i < lines.count; ++i) {
      const auto line = rest.substr(0, static_cast<std::size_t>(lines.length));
      text.append(line).append(text_of(lines.end));
      rest.remove_prefix(line.size());
    }
  }
  text.append(rest);
}

}  // namespace scop::mime
