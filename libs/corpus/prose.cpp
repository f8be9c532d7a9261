#include "corpus/prose.hpp"

#include <map>
#include <vector>

#include "core/ascii.hpp"

namespace scop::corpus {

namespace {

constexpr std::size_t most_letters = 14;  // of one word

std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> characters;
  while (!text.empty()) {
    characters.push_back(first_character(text));
    text.remove_prefix(characters.back().size());
  }
  return characters;
}

// Of each script, taken apart once.
const std::vector<std::string_view>& characters_of(const Script& script) {
  static const auto all = [] {
    std::map<std::string_view, std::vector<std::string_view>> by_sample;
    for (const auto& one : scripts()) by_sample[one.sample] = characters_of(one.sample);
    return by_sample;
  }();
  return all.at(script.sample);
}

// From anywhere in the sample on, to the next space; or with a leap at a character seen twice.
std::string word(Random& random, const std::vector<std::string_view>& sample) {
  std::string out;
  auto at = random.below(sample.size());
  for (std::size_t letters = 0; letters < most_letters; ++letters) {
    if (at >= sample.size()) at = 0;
    const auto c = sample[at];
    if (c == " ") {
      if (!out.empty()) break;
    } else {
      out += c;
    }
    const auto leap = random.below(sample.size());
    at = random.chance(30) && sample[leap] == c ? leap + 1 : at + 1;
  }
  return out.empty() ? std::string(sample.front()) : out;
}

}  // namespace

std::string_view first_character(std::string_view text) {
  if (text.empty()) return text;
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return text.substr(0, size);
}

std::string prose(Random& random, const Script& script, std::size_t words) {
  const auto& sample = characters_of(script);
  std::string out;
  for (std::size_t i = 0; i < words; ++i) {
    if (i > 0) out += ' ';
    out += word(random, sample);
  }
  return out;
}

}  // namespace scop::corpus
