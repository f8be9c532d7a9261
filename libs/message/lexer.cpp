#include "message/lexer.hpp"

#include "core/ascii.hpp"

namespace scop::message {

namespace {

constexpr std::string_view crlf = "\r\n";

bool is_token_char(char c) {
  return c > ' ' && c < 0x7f && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

// Controls that quoted text may not hold, bare CR and LF among them.
bool is_forbidden_control(char c) { return ascii::is_control(c) && c != '\t'; }

}  // namespace

bool is_atext(char c) {
  return ascii::is_alnum(c) || ascii::is_8bit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool Lexer::take(char c) {
  if (rest_.empty() || rest_.front() != c) return false;
  rest_.remove_prefix(1);
  return true;
}

std::string_view Lexer::take_while(bool (*wanted)(char)) {
  std::size_t length = 0;
  while (length < rest_.size() && wanted(rest_[length])) ++length;
  const auto taken = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return taken;
}

std::string_view Lexer::atom() { return take_while(is_atext); }
std::string_view Lexer::token() { return take_while(is_token_char); }
std::string_view Lexer::digits() { return take_while(ascii::is_digit); }

// False at a CR or LF that folds nothing. A CRLF at the very end of the text is taken too.
bool Lexer::skip_fws() {
  while (!rest_.empty()) {
    if (ascii::is_wsp(rest_.front())) {
      rest_.remove_prefix(1);
    } else if (rest_.starts_with(crlf) && (rest_.size() == 2 || ascii::is_wsp(rest_[2]))) {
      rest_.remove_prefix(crlf.size());
    } else {
      return rest_.front() != '\r' && rest_.front() != '\n';
    }
  }
  return true;
}

bool Lexer::skip_comment() {
  std::size_t depth = 0;
  do {
    if (!skip_fws() || rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '(') {
      if (++depth > most_comment_depth) return false;
    } else if (c == ')') {
      --depth;
    } else if (c == '\\') {
      if (rest_.empty() || is_forbidden_control(rest_.front())) return false;
      rest_.remove_prefix(1);
    } else if (is_forbidden_control(c)) {
      return false;
    }
  } while (depth > 0);
  return true;
}

bool Lexer::skip_cfws() {
  for (;;) {
    if (!skip_fws()) return false;
    if (peek() != '(') return true;
    if (!skip_comment()) return false;
  }
}

std::optional<std::string> Lexer::quoted_string() {
  if (!take('"')) return std::nullopt;
  std::string content;
  while (!rest_.empty()) {
    char c = rest_.front();
    if (c == '\r' || c == '\n') {  // folding stands for the white space behind it
      if (!rest_.starts_with(crlf) || rest_.size() < 3 || !ascii::is_wsp(rest_[2])) return std::nullopt;
      rest_.remove_prefix(crlf.size());
      continue;
    }
    rest_.remove_prefix(1);
    if (c == '"') return content;
    if (c == '\\') {
      if (rest_.empty()) return std::nullopt;
      c = rest_.front();
      rest_.remove_prefix(1);
    }
    if (is_forbidden_control(c)) return std::nullopt;
    content += c;
  }
  return std::nullopt;
}

std::optional<std::string> Lexer::domain_literal() {
  if (!take('[')) return std::nullopt;
  std::string content = "[";
  for (;;) {
    if (!skip_fws() || rest_.empty()) return std::nullopt;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    content += c;
    if (c == ']') return content;
    if (c == '[' || c == '\\' || ascii::is_control(c)) return std::nullopt;
  }
}

}  // namespace scop::message
