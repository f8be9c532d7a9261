#include <optional>

#include "core/ascii.hpp"
#include "mime/transfer_form.hpp"

namespace scop::mime {

namespace {

using Kind = QuotedForm::Kind;

bool starts_line_end(std::string_view text) { return text.starts_with('\n') || text.starts_with("\r\n"); }

// What the canonical encoder leaves as it is; `text` begins with the octet.
bool is_literal(std::string_view text) {
  const char c = text.front();
  if (ascii::is_wsp(c)) return text.size() > 1 && !starts_line_end(text.substr(1));
  return (c > ' ' && c < 0x7f && c != '=') || starts_line_end(text);
}

std::optional<unsigned> hex_digit(char c) {
  if (ascii::is_digit(c)) return static_cast<unsigned>(c - '0');
  const char lower = ascii::lower(c);
  if (lower >= 'a' && lower <= 'f') return static_cast<unsigned>(lower - 'a' + 10);
  return std::nullopt;
}

// Reads the text once; which octets were escaped decides only when the octets behind them are known.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) { octets_.reserve(text.size()); }

  Decoded read() {
    while (!rest_.empty()) step();
    settle();
    return {std::move(octets_), QuotedForm{std::move(choices_)}, sound_};
  }

 private:
  struct Seen {
    std::size_t at;
    bool escaped;
    bool lower_case;
  };

  void step() {
    if (rest_.front() == '=' && take_break()) return;
    if (rest_.front() == '=' && take_escape()) return;
    sound_ = sound_ && rest_.front() != '=';
    put(rest_.front(), false, false);
    rest_.remove_prefix(1);
  }

  bool take_break() {
    const bool crlf = rest_.starts_with("=\r\n");
    if (!crlf && !rest_.starts_with("=\n")) return false;
    breaks_.push_back({octets_.size(), crlf ? Kind::break_crlf : Kind::break_lf});
    rest_.remove_prefix(crlf ? 3 : 2);
    return true;
  }

  bool take_escape() {
    if (rest_.size() < 3) return false;
    const auto high = hex_digit(rest_[1]);
    const auto low = hex_digit(rest_[2]);
    if (!high || !low) return false;
    const bool lower_case = (rest_[1] >= 'a') || (rest_[2] >= 'a');
    put(static_cast<char>(*high << 4U | *low), true, lower_case);
    rest_.remove_prefix(3);
    return true;
  }

  // White space and CR wait for what follows them.
  void put(char c, bool escaped, bool lower_case) {
    const auto at = octets_.size();
    octets_ += c;
    const bool decides = !ascii::is_wsp(c) && c != '\r';
    if (decides && c != '\n') settle();
    waiting_.push_back({at, escaped, lower_case});
    if (decides) settle();
  }

  void settle() {
    for (const auto& seen : waiting_) note(seen);
    waiting_.clear();
    flush_breaks(octets_.size());
  }

  void note(const Seen& seen) {
    flush_breaks(seen.at);
    const bool literal = is_literal(std::string_view(octets_).substr(seen.at));
    if (seen.escaped && literal) choices_.push_back({seen.at, Kind::escaped});
    if (!seen.escaped && !literal) choices_.push_back({seen.at, Kind::as_it_is});
    if (seen.escaped && seen.lower_case) choices_.push_back({seen.at, Kind::lower_case});
  }

  void flush_breaks(std::size_t up_to) {
    while (next_break_ < breaks_.size() && breaks_[next_break_].at <= up_to)
      choices_.push_back(breaks_[next_break_++]);
  }

  std::string_view rest_;
  std::string octets_;
  std::vector<Seen> waiting_;
  std::vector<QuotedForm::Choice> breaks_;
  std::size_t next_break_ = 0;
  std::vector<QuotedForm::Choice> choices_;
  bool sound_ = true;
};

// RFC 2045 6.7 (3): white space at the end of a line was added on the way.
std::string without_trailing_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto lf = text.find('\n');
    auto line = text.substr(0, lf);
    text.remove_prefix(lf == std::string_view::npos ? text.size() : lf + 1);
    const bool crlf = lf != std::string_view::npos && line.ends_with('\r');
    if (crlf) line.remove_suffix(1);
    if (lf != std::string_view::npos) line = line.substr(0, line.find_last_not_of(" \t") + 1);
    out.append(line).append(lf == std::string_view::npos ? "" : crlf ? "\r\n" : "\n");
  }
  return out;
}

void append_escape(std::string& text, char c, bool lower_case) {
  const std::string_view hex = lower_case ? "0123456789abcdef" : "0123456789ABCDEF";
  const auto octet = static_cast<unsigned char>(c);
  text += '=';
  text += hex[octet >> 4U];
  text += hex[octet & 0xfU];
}

}  // namespace

Decoded decode_quoted(std::string_view text) {
  const auto stripped = without_trailing_space(text);
  auto decoded = Reader(stripped).read();
  if (encode_quoted(decoded.octets, std::get<QuotedForm>(decoded.form)) == text) return decoded;
  return {std::move(decoded.octets), Irregular{std::string(text)}, false};
}

std::string encode_quoted(std::string_view octets, const QuotedForm& form) {
  std::string text;
  text.reserve(octets.size() + octets.size() / 16);
  std::size_t next = 0;
  for (std::size_t at = 0; at <= octets.size(); ++at) {
    bool flipped = false;
    bool lower_case = false;
    for (; next < form.choices.size() && form.choices[next].at == at; ++next) {
      const auto kind = form.choices[next].kind;
      if (kind == Kind::break_lf) text += "=\n";
      if (kind == Kind::break_crlf) text += "=\r\n";
      flipped = flipped || kind == Kind::as_it_is || kind == Kind::escaped;
      lower_case = lower_case || kind == Kind::lower_case;
    }
    if (at == octets.size()) break;
    const bool literal = is_literal(octets.substr(at)) != flipped;
    if (literal) {
      text += octets[at];
    } else {
      append_escape(text, octets[at], lower_case);
    }
  }
  return text;
}

}  // namespace scop::mime
