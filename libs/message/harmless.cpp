#include "message/harmless.hpp"

#include "core/ascii.hpp"

namespace scop::message {

std::string harmless(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) {
    return ascii::is_control(c) || ascii::is_8bit(c) || c == ' ' || c == '"' || c == '\\' || c == '<' ||
           c == '>';
  });
  return out;
}

}  // namespace scop::message
