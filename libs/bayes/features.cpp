#include <algorithm>
#include <array>
#include <bit>

#include "bayes/classify.hpp"
#include "bayes/siphash.hpp"
#include "core/ascii.hpp"

namespace scop::bayes {

namespace {

// Which keys were there already; room for twice what will come.
class Seen {
 public:
  explicit Seen(std::size_t most) : slots_(std::bit_ceil(most * 2 + 2)) {}
  bool add(Key key) {
    const auto mask = slots_.size() - 1;
    auto at = key & mask;
    while (slots_[at] != 0 && slots_[at] != key) at = (at + 1) & mask;
    if (slots_[at] == key) return false;
    slots_[at] = key;
    return true;
  }

 private:
  std::vector<Key> slots_;
};

constexpr std::size_t most_letters = 3'000;
constexpr std::string_view subject_prefix = "s:";

Group group_of(std::string_view token) { return token.contains(':') ? Group::signs : Group::words; }

// The beginning of what a reader sees, in lower case: words that a spammer spells in his own way still have
// most of their letters in order.
std::string letters_of(const Tokens& tokens) {
  std::string text;
  for (std::size_t i = 0; i < tokens.size() && text.size() < most_letters; ++i) {
    auto token = tokens.at(i);
    if (token.starts_with(subject_prefix)) {
      token.remove_prefix(subject_prefix.size());
    } else if (group_of(token) != Group::words) {
      continue;
    }
    text += ascii::to_lower(token);
    text += ' ';
  }
  return text;
}

void add_triples(Features& features, Seen& seen, const SipHash& hash, const Tokens& tokens) {
  const auto text = letters_of(tokens);
  std::size_t count = 0;
  for (std::size_t i = 0; i + 3 <= text.size() && count < most_triples; ++i) {
    const std::array<char, 4> triple{'\0', text[i], text[i + 1], text[i + 2]};  // a word cannot begin so
    const auto hashed = std::max<Key>(hash(std::string_view(triple)), 1);
    if (!seen.add(hashed)) continue;
    features.list.push_back({hashed, 0, Group::letters});
    ++count;
  }
}

}  // namespace

Features expand(const Tokens& tokens, const HashKey& key) {
  const SipHash hash(key);
  Features features;
  features.list.reserve(tokens.size() + most_triples);
  Seen seen(tokens.size() + most_triples);
  for (std::uint32_t i = 0; i < tokens.size(); ++i) {
    const auto hashed = std::max<Key>(hash(tokens.at(i)), 1);  // 0 marks an empty slot
    if (seen.add(hashed)) features.list.push_back({hashed, i, group_of(tokens.at(i))});
  }
  add_triples(features, seen, hash, tokens);
  return features;
}

}  // namespace scop::bayes
