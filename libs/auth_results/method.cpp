#include "auth_results/method.hpp"

#include <vector>

#include "core/ascii.hpp"
#include "message/lexer.hpp"

namespace scop::auth_results {

namespace {

// Up to the next ";" outside comments and quotes; false where a comment or quote does not end.
bool skip_part(message::Lexer& lexer) {
  while (!lexer.at_end() && lexer.peek() != ';') {
    if (!lexer.skip_cfws()) return false;
    if (lexer.peek() == '"') {
      if (!lexer.quoted_string()) return false;
    } else if (!lexer.at_end() && lexer.peek() != ';') {
      lexer.take(lexer.peek());
    }
  }
  return true;
}

}  // namespace

std::optional<std::string> result_of(std::string_view value, std::string_view method) {
  message::Lexer lexer(value);
  std::optional<std::string> found;
  for (;;) {
    if (!skip_part(lexer)) return std::nullopt;
    if (!lexer.take(';')) return found;
    if (!lexer.skip_cfws()) return std::nullopt;
    const auto name = lexer.token();
    if (!ascii::equals_ignoring_case(name, method)) continue;
    if (!lexer.skip_cfws() || !lexer.take('=') || !lexer.skip_cfws()) return std::nullopt;
    auto result = ascii::to_lower(lexer.token());
    if (found && *found != result) return std::nullopt;
    found = std::move(result);
  }
}

}  // namespace scop::auth_results
