#include "message/message_id.hpp"

#include "core/ascii.hpp"
#include "message/lexer.hpp"

namespace scop::message {

namespace {

bool dot_atom(Lexer& lexer, std::string& into) {
  do {
    const auto atom = lexer.atom();
    if (atom.empty()) return false;
    into += atom;
    if (lexer.peek() == '.') into += '.';
  } while (lexer.take('.'));
  return true;
}

//   id-right = dot-atom-text / no-fold-literal
bool id_right(Lexer& lexer, std::string& into) {
  if (lexer.peek() != '[') return dot_atom(lexer, into);
  const auto literal = lexer.domain_literal();
  if (!literal) return false;
  into += *literal;
  return true;
}

}  // namespace

std::optional<std::string> parse_message_id(std::string_view value) {
  if (!ascii::is_utf8(value)) return std::nullopt;
  Lexer lexer(value);
  std::string id = "<";
  if (!lexer.skip_cfws() || !lexer.take('<') || !dot_atom(lexer, id) || !lexer.take('@')) return std::nullopt;
  id += '@';
  if (!id_right(lexer, id) || !lexer.take('>') || !lexer.skip_cfws() || !lexer.at_end()) return std::nullopt;
  return id + '>';
}

}  // namespace scop::message
