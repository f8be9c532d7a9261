// Tokens that structured fields share (RFC 5322 3.2, RFC 6532 3.2). For the parsers of this library; bounded,
// no recursion. Text must be valid UTF-8 before: octets over 127 count as atext, qtext, ctext and dtext.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace scop::message {

class Lexer {
 public:
  static constexpr std::size_t most_comment_depth = 32;

  explicit Lexer(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  std::size_t left() const { return rest_.size(); }
  bool take(char c);

  // CFWS, perhaps none. False where a comment does not end or is too deep, or a CR or LF stands alone.
  bool skip_cfws();
  // Longest run of atext; empty where there is none.
  std::string_view atom();
  // RFC 2045 5.1, for parameters: any ASCII but SPACE, CTLs and tspecials.
  std::string_view token();
  std::string_view digits();
  // At '"': the content without quotes and backslashes.
  std::optional<std::string> quoted_string();
  // At '[': with its brackets, white space within dropped.
  std::optional<std::string> domain_literal();

 private:
  bool skip_fws();
  bool skip_comment();
  std::string_view take_while(bool (*wanted)(char));
  std::string_view rest_;
};

bool is_atext(char c);

}  // namespace scop::message
