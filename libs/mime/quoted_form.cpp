#include <algorithm>
#include <array>
#include <cstdint>

#include "core/ascii.hpp"
#include "mime/transfer_form.hpp"

namespace scop::mime {

namespace {

using Kind = QuotedForm::Kind;

bool starts_line_end(std::string_view text) { return text.starts_with('\n') || text.starts_with("\r\n"); }

// RFC 2045 6.7 (2)
constexpr bool is_graphic(char c) { return c > ' ' && c < 0x7f && c != '='; }

// What the canonical encoder leaves as it is; `text` begins with the octet.
bool is_literal(std::string_view text) {
  const char c = text.front();
  if (ascii::is_wsp(c)) return text.size() > 1 && !starts_line_end(text.substr(1));
  return is_graphic(c) || starts_line_end(text);
}

constexpr auto may_be_in_a_run = [] {
  std::array<bool, 256> table{};
  for (unsigned c = 0; c < table.size(); ++c)
    table.at(c) = is_graphic(static_cast<char>(c)) || ascii::is_wsp(static_cast<char>(c));
  return table;
}();

// Octets from the start that the canonical encoder leaves as they are, whatever follows them.
std::size_t literal_run(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && may_be_in_a_run[static_cast<unsigned char>(text[size])]) ++size;
  return size > 0 && ascii::is_wsp(text[size - 1]) ? size - 1 : size;
}

constexpr std::uint8_t no_digit = 255;
constexpr auto hex_digits = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_digit);
  for (unsigned i = 0; i < 10; ++i) table.at('0' + i) = static_cast<std::uint8_t>(i);
  for (unsigned i = 0; i < 6; ++i) table.at('A' + i) = table.at('a' + i) = static_cast<std::uint8_t>(10 + i);
  return table;
}();
bool is_upper(char c) { return c >= 'A' && c <= 'F'; }
unsigned hex_digit(char c) { return hex_digits[static_cast<unsigned char>(c)]; }

// Reads the text once, line by line. Whether a white space or CR is what the canonical encoder leaves shows
// when what follows it is known: at most two wait.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) { octets_.reserve(text.size()); }

  Decoded read() {
    const auto text = rest_;
    while (!rest_.empty()) take_line();
    settle();
    if (!irregular_) return {std::move(octets_), QuotedForm{std::move(choices_)}, sound_};
    return {std::move(octets_), Irregular{std::string(text)}, false};
  }

 private:
  struct Seen {
    std::size_t at = 0;
    bool escaped = false;
    bool lower_case = false;
  };

  void take_line() {
    const auto lf = rest_.find('\n');
    auto line = rest_.substr(0, lf);
    rest_.remove_prefix(lf == std::string_view::npos ? rest_.size() : lf + 1);
    if (lf == std::string_view::npos) return take_content(line);
    const bool crlf = line.ends_with('\r');
    if (crlf) line.remove_suffix(1);
    // RFC 2045 6.7 (3): white space at the end of a line was added on the way.
    const auto sound = line.substr(0, line.find_last_not_of(" \t") + 1);
    irregular_ = irregular_ || sound.size() != line.size();
    if (sound.ends_with('=')) {
      take_content(sound.substr(0, sound.size() - 1));
      choices_.push_back({octets_.size(), crlf ? Kind::break_crlf : Kind::break_lf});
    } else {
      take_content(sound);
      octets_ += crlf ? "\r\n" : "\n";
      settle();
    }
  }

  void take_content(std::string_view text) {
    while (!text.empty()) {
      const auto run = literal_run(text);
      if (run > 0) {
        octets_ += text.substr(0, run);
        settle();
        text.remove_prefix(run);
      } else {
        text.remove_prefix(text.front() == '=' ? take_escape(text) : put({octets_.size()}, text.front()));
      }
    }
  }

  std::size_t take_escape(std::string_view text) {
    const auto high = text.size() < 3 ? no_digit : hex_digit(text[1]);
    const auto low = text.size() < 3 ? no_digit : hex_digit(text[2]);
    if (high == no_digit || low == no_digit) {
      sound_ = false;
      return put({octets_.size()}, '=');
    }
    const bool lower_case = text[1] >= 'a' || text[2] >= 'a';
    const bool upper_case = is_upper(text[1]) || is_upper(text[2]);
    irregular_ = irregular_ || (lower_case && upper_case);
    put({octets_.size(), true, lower_case}, static_cast<char>(high << 4U | low));
    return 3;
  }

  std::size_t put(Seen seen, char c) {
    octets_ += c;
    const bool undecided = ascii::is_wsp(c) || c == '\r';
    if (waiting_ > 0) {
      const bool after_space = waiting_ == 1 && ascii::is_wsp(octets_[seen.at - 1]);
      if (c != '\r' || !after_space) settle();
    }
    if (undecided) {
      seen_.at(waiting_++) = seen;
    } else {
      note(seen, is_graphic(c) || c == '\n');
    }
    return 1;
  }

  void settle() {
    for (std::size_t i = 0; i < waiting_; ++i)
      note(seen_.at(i), is_literal(std::string_view(octets_).substr(seen_.at(i).at)));
    waiting_ = 0;
  }

  void note(const Seen& seen, bool literal) {
    if (seen.escaped && literal) choose(seen.at, Kind::escaped);
    if (!seen.escaped && !literal) choose(seen.at, Kind::as_it_is);
    if (seen.escaped && seen.lower_case) choose(seen.at, Kind::lower_case);
  }

  // In order: soft breaks behind an octet that waited are there already.
  void choose(std::size_t at, Kind kind) {
    auto behind = choices_.end();
    while (behind != choices_.begin() && std::prev(behind)->at > at) --behind;
    choices_.insert(behind, {at, kind});
  }

  std::string_view rest_;
  std::string octets_;
  std::array<Seen, 2> seen_;
  std::size_t waiting_ = 0;
  std::vector<QuotedForm::Choice> choices_;
  bool sound_ = true;
  bool irregular_ = false;
};

void append_escape(std::string& text, char c, bool lower_case) {
  const std::string_view hex = lower_case ? "0123456789abcdef" : "0123456789ABCDEF";
  const auto octet = static_cast<unsigned char>(c);
  text += '=';
  text += hex[octet >> 4U];
  text += hex[octet & 0xfU];
}

// Octets [from, to) as the canonical encoder writes them.
void append_canonical(std::string& text, std::string_view octets, std::size_t from, std::size_t to) {
  while (from < to) {
    const auto run = literal_run(octets.substr(from, to - from));
    text += octets.substr(from, run);
    from += run;
    if (from == to) break;
    if (is_literal(octets.substr(from))) {
      text += octets[from];
    } else {
      append_escape(text, octets[from], false);
    }
    ++from;
  }
}

}  // namespace

Decoded decode_quoted(std::string_view text) { return Reader(text).read(); }

void append_quoted(std::string& text, std::string_view octets, const QuotedForm& form) {
  text.reserve(text.size() + octets.size() + octets.size() / 16);
  std::size_t done = 0;
  for (auto choice = form.choices.begin(); choice != form.choices.end();) {
    const auto at = std::min<std::size_t>(choice->at, octets.size());
    append_canonical(text, octets, done, at);
    done = at;
    bool flipped = false;
    bool lower_case = false;
    for (; choice != form.choices.end() && choice->at == at; ++choice) {
      if (choice->kind == Kind::break_lf) text += "=\n";
      if (choice->kind == Kind::break_crlf) text += "=\r\n";
      flipped = flipped || choice->kind == Kind::as_it_is || choice->kind == Kind::escaped;
      lower_case = lower_case || choice->kind == Kind::lower_case;
    }
    if (at == octets.size()) break;
    if (!flipped && !lower_case) continue;
    if (is_literal(octets.substr(at)) != flipped) {
      text += octets[at];
    } else {
      append_escape(text, octets[at], lower_case);
    }
    done = at + 1;
  }
  append_canonical(text, octets, done, octets.size());
}

}  // namespace scop::mime
