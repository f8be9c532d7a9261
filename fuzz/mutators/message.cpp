// For targets that read messages: now and then, instead of octets changed at random, a small message from the
// grammars (libs/corpus) whole, or a line of one put between two lines of the input. Headers, boundaries and
// encoded words fit together then, which chance alone takes long to find.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "corpus/generate.hpp"
#include "corpus/random.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using namespace scop;

constexpr std::size_t most_tries = 8;

std::string small_message(corpus::Random& random, std::size_t most) {
  for (std::size_t i = 0; i < most_tries; ++i) {
    auto message = corpus::generate(3, random.below(1U << 20U)).octets;
    if (message.size() <= most) return message;
  }
  return {};
}

// From the start of a line to the start of another one.
std::string some_lines(corpus::Random& random, std::string_view text) {
  const auto begin = std::min(text.find('\n', random.below(text.size())), text.size() - 1) + 1;
  auto end = begin;
  for (auto lines = random.between(1, 4); lines > 0 && end < text.size(); --lines)
    end = std::min(text.find('\n', end), text.size() - 1) + 1;
  return std::string(text.substr(begin, end - begin));
}

std::size_t put(std::string_view octets, std::uint8_t* data, std::size_t most) {
  const auto size = std::min(octets.size(), most);
  std::ranges::copy(octets.substr(0, size), std::span(data, most).begin());
  return size;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  corpus::Random random(seed);
  if (random.below(100) >= 8) return LLVMFuzzerMutate(data, size, most);
  const auto message = small_message(random, most);
  if (message.empty()) return LLVMFuzzerMutate(data, size, most);
  if (size == 0 || random.chance(25)) return put(message, data, most);
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto at = std::min(input.find('\n', random.below(size)), size - 1) + 1;
  return put(std::string(input.substr(0, at)) + some_lines(random, message) + std::string(input.substr(at)),
             data, most);
}
