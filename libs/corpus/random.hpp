// Chance that is the same on every machine: SplitMix64, and distributions of our own (those of the standard
// library differ between its makers).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace scop::corpus {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  // A stream of its own for each (seed, number): mixed, since neighbours that begin a few steps apart in one
  // stream soon say the same.
  Random(std::uint64_t seed, std::uint64_t number) : state_(mixed(mixed(seed) + number)) {}

  std::uint64_t next() { return mixed(state_ += 0x9e3779b97f4a7c15ULL); }
  std::size_t below(std::size_t end) { return end == 0 ? 0 : static_cast<std::size_t>(next() % end); }
  std::size_t between(std::size_t least, std::size_t most) { return least + below(most - least + 1); }
  bool chance(unsigned percent) { return below(100) < percent; }
  // Small numbers often, large ones seldom: each doubling half as likely.
  std::size_t skewed(std::size_t least, std::size_t most) {
    std::size_t value = least;
    while (value < most && chance(50)) value += 1 + below(value + 1);
    return value < most ? value : most;
  }
  template <class Range>
  decltype(auto) pick(Range&& range) {
    return range[below(std::size(range))];
  }
  // Sizes as in real mail: nearly all small, some large.
  std::size_t heavy(std::size_t least, std::size_t most) {
    return chance(92) ? skewed(least, most) : between(least, most);
  }
  std::string octets(std::size_t size) {
    std::string out(size, '\0');
    for (auto& c : out) c = static_cast<char>(next() >> 56U);
    return out;
  }
  std::string of(std::string_view alphabet, std::size_t size) {
    std::string out(size, '\0');
    for (auto& c : out) c = pick(alphabet);
    return out;
  }

 private:
  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }

  std::uint64_t state_;
};

}  // namespace scop::corpus
