// The scripts that generated text is written in, and charsets that hold each (IANA's names as mail writes
// them).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace scop::corpus {

struct Script {
  std::string_view sample;  // UTF-8; ordinary sentences, from which chains of characters are made
  std::span<const std::string_view> charsets;
};
std::span<const Script> scripts();

// UTF-8 text in a charset; nullopt where a character has no place in it.
std::optional<std::string> in_charset(std::string_view charset, std::string_view text);

}  // namespace scop::corpus
