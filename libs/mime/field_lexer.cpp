#include <algorithm>
#include <array>
#include <optional>

#include "core/ascii.hpp"
#include "mime/field.hpp"

namespace scop::mime {

namespace {

constexpr std::string_view specials = R"(()<>[]:;\,")";       // RFC 5322 3.2.3 but "." and "@"
constexpr std::string_view tspecials = R"(()<>@,;:\"/[]?=)";  // RFC 2045 5.1
constexpr std::size_t most_looked_at = 1024;                  // for the end of an encoded word
constexpr std::size_t most_flips = 4096;  // of one quoted string; more stay specials and words
constexpr std::size_t most_tokens =
    50'000;  // of one field; behind them there are words, spaces and folds alone

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

class Lexer {
 public:
  Lexer(FieldKind kind, std::string_view value) : kind_(kind), rest_(value) {}

  LexedField lex() {
    while (!rest_.empty()) {
      if (lexed_.tokens.size() == most_tokens) kind_ = FieldKind::opaque;
      next();
    }
    lexed_.balanced = lexed_.balanced && depth_ == 0;
    return std::move(lexed_);
  }

 private:
  bool is_text() const { return kind_ == FieldKind::text || kind_ == FieldKind::opaque; }

  void next() {
    if (is_space(rest_.front())) return take_space();
    if (rest_.starts_with("=?") && kind_ != FieldKind::opaque && take_encoded_word()) return;
    if (is_text()) return take_text();
    if (depth_ > 0) return in_comment();
    const char c = rest_.front();
    if (c == '"' && !quotes_fail_) {
      if (take_quoted()) return;
      quotes_fail_ = true;  // no later one ends either, or there is too much in them: looked at once
    }
    const auto special = kind_ == FieldKind::parameters ? tspecials : specials;
    if (special.contains(c)) return take_special(c);
    take_word(special);
  }

  void in_comment() {
    const char c = rest_.front();
    if (c == '\\' && rest_.size() > 1) {
      lexed_.tokens.emplace_back(Escaped{rest_[1]});
      rest_.remove_prefix(2);
    } else if (c == '(' || c == ')' || c == '\\') {
      take_special(c);
    } else {
      take_word("()\\");
    }
  }

  void take_special(char c) {
    if (c == '(') ++depth_;
    if (c == ')' && depth_ > 0) --depth_;
    if (c == '"') lexed_.balanced = false;
    lexed_.tokens.emplace_back(Special{c});
    rest_.remove_prefix(1);
  }

  void take_space() {
    std::size_t size = 0;
    while (size < rest_.size() && is_space(rest_[size])) ++size;
    lexed_.tokens.emplace_back(Space{std::string(rest_.substr(0, size))});
    rest_.remove_prefix(size);
  }

  // Words and the white space between them, up to a fold or to what looks like an encoded word.
  void take_text() {
    std::size_t size = 1;
    while (size < rest_.size()) {
      const char c = rest_[size];
      if (c == '\r' || c == '\n' || (c == '=' && ends_before_encoded_word(size))) break;
      if (ascii::is_wsp(c)) {
        const auto behind = std::min(rest_.find_first_not_of(" \t", size), rest_.size());
        if (behind == rest_.size() || is_space(rest_[behind]) || begins_encoded_word(behind)) break;
        size = behind;
      } else {
        ++size;
      }
    }
    lexed_.tokens.emplace_back(Word{std::string(rest_.substr(0, size))});
    rest_.remove_prefix(size);
  }

  void take_word(std::string_view ends) {
    std::size_t size = 1;
    while (size < rest_.size() && !is_space(rest_[size]) && !ends.contains(rest_[size]) &&
           !(rest_[size] == '=' && ends_before_encoded_word(size)))
      ++size;
    lexed_.tokens.emplace_back(Word{std::string(rest_.substr(0, size))});
    rest_.remove_prefix(size);
  }

  // An encoded word right behind other text is none by RFC 2047 5, and is one in much real mail.
  bool ends_before_encoded_word(std::size_t at) const {
    if (!begins_encoded_word(at)) return false;
    EncodedWord ignored;
    return read_encoded_word(rest_.substr(at), ignored) > 0;
  }

  bool begins_encoded_word(std::size_t at) const {
    return kind_ != FieldKind::opaque && rest_.substr(at).starts_with("=?");
  }

  bool take_encoded_word() {
    EncodedWord word;
    const auto size = read_encoded_word(rest_, word);
    if (size == 0) {
      // "=?" alone may begin an atom; with "?=" behind it somebody meant a word.
      const auto near = rest_.substr(2, most_looked_at);
      if (near.substr(0, near.find_first_of(" \t\r\n")).contains("?=")) lexed_.words_good = false;
      return false;
    }
    lexed_.words_good = lexed_.words_good && is_sound(word);
    lexed_.tokens.emplace_back(Boxed(std::move(word)));
    rest_.remove_prefix(size);
    return true;
  }

  bool take_quoted() {
    Quoted quoted;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        lexed_.tokens.emplace_back(std::move(quoted));
        rest_.remove_prefix(i + 1);
        return true;
      }
      const bool escaped = rest_[i] == '\\' && i + 1 < rest_.size();
      if (escaped) ++i;
      const bool needs = rest_[i] == '"' || rest_[i] == '\\';
      if (escaped != needs) quoted.flips.push_back(static_cast<std::uint32_t>(quoted.text.size()));
      if (quoted.flips.size() > most_flips) return false;
      quoted.text += rest_[i];
    }
    return false;
  }

  FieldKind kind_;
  std::string_view rest_;
  LexedField lexed_;
  std::size_t depth_ = 0;
  bool quotes_fail_ = false;
};

constexpr std::array structured{"from",         "sender",
                                "reply-to",     "to",
                                "cc",           "bcc",
                                "resent-from",  "resent-sender",
                                "resent-to",    "resent-cc",
                                "resent-bcc",   "return-path",
                                "keywords",     "date",
                                "resent-date",  "mime-version",
                                "delivered-to", "disposition-notification-to"};
constexpr std::array parameters{"content-type", "content-disposition", "content-transfer-encoding"};
constexpr std::array opaque{"received",
                            "message-id",
                            "in-reply-to",
                            "references",
                            "resent-message-id",
                            "dkim-signature",
                            "arc-seal",
                            "arc-message-signature",
                            "arc-authentication-results",
                            "authentication-results",
                            "content-id",
                            "list-id",
                            "received-spf",
                            "domainkey-signature"};

bool is_among(std::string_view name, const auto& names) {
  for (const std::string_view known : names) {
    if (ascii::equals_ignoring_case(name, known)) return true;
  }
  return false;
}

}  // namespace

FieldKind kind_of(std::string_view name) {
  if (is_among(name, structured)) return FieldKind::structured;
  if (is_among(name, parameters)) return FieldKind::parameters;
  return is_among(name, opaque) ? FieldKind::opaque : FieldKind::text;
}

LexedField lex(FieldKind kind, std::string_view value) { return Lexer(kind, value).lex(); }

}  // namespace scop::mime
