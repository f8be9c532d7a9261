#include <algorithm>
#include <bit>

#include "bayes/classify.hpp"
#include "bayes/siphash.hpp"

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

}  // namespace

Features expand(const Tokens& tokens, const HashKey& key) {
  const SipHash hash(key);
  Features features;
  features.list.reserve(tokens.size());
  Seen seen(tokens.size());
  for (std::uint32_t i = 0; i < tokens.size(); ++i) {
    const auto hashed = std::max<Key>(hash(tokens.at(i)), 1);  // 0 marks an empty slot
    if (seen.add(hashed)) features.list.push_back({hashed, i});
  }
  return features;
}

}  // namespace scop::bayes
