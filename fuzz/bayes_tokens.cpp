// Any message gives tokens within the bounds, and they survive the way between processes; any octets are read
// as tokens or refused.
#include <cstddef>
#include <cstdint>

#include "bayes/classify.hpp"
#include "bayes/tokenize.hpp"
#include "core/ensure.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static mime_text::Charsets charsets;
  const auto tokens = bayes::tokenize(text, charsets);
  ENSURE(tokens.size() <= bayes::most_tokens);
  const auto read = bayes::Tokens::from_octets(tokens.octets());
  ENSURE(read && *read == tokens);
  ENSURE(bayes::expand(tokens, {1, 2}).list.size() <= tokens.size() + bayes::most_triples);
  if (const auto other = bayes::Tokens::from_octets(text)) ENSURE(other->octets() == text);
  return 0;
}
