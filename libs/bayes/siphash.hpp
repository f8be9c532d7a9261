// SipHash-1-3 (Aumasson, Bernstein): a keyed hash that a sender cannot aim at. Private to bayes.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "bayes/table.hpp"

namespace scop::bayes {

class SipHash {
 public:
  explicit SipHash(const HashKey& key) : key_(key) {}

  std::uint64_t operator()(std::string_view text) const {
    State state{key_[0] ^ 0x736f6d6570736575U, key_[1] ^ 0x646f72616e646f6dU, key_[0] ^ 0x6c7967656e657261U,
                key_[1] ^ 0x7465646279746573U};
    const auto size = static_cast<std::uint64_t>(text.size());
    while (text.size() >= 8) {
      state.take(word(text.substr(0, 8)));
      text.remove_prefix(8);
    }
    state.take(size << 56U | word(text));
    return state.finish();
  }

 private:
  struct State {
    std::uint64_t a, b, c, d;
    void round() {
      a += b;
      b = std::rotl(b, 13) ^ a;
      a = std::rotl(a, 32);
      c += d;
      d = std::rotl(d, 16) ^ c;
      a += d;
      d = std::rotl(d, 21) ^ a;
      c += b;
      b = std::rotl(b, 17) ^ c;
      c = std::rotl(c, 32);
    }
    void take(std::uint64_t word) {
      d ^= word;
      round();
      a ^= word;
    }
    std::uint64_t finish() {
      c ^= 0xffU;
      round();
      round();
      round();
      return a ^ b ^ c ^ d;
    }
  };

  static std::uint64_t word(std::string_view octets) {
    std::uint64_t value = 0;
    unsigned shift = 0;
    for (const char c : octets) {
      value |= std::uint64_t{static_cast<unsigned char>(c)} << shift;
      shift += 8;
    }
    return value;
  }

  HashKey key_;
};

}  // namespace scop::bayes
