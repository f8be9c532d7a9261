// What the classifier sees of a message: a bounded list of short strings, packed. The list travels between
// processes: from_octets takes any octets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace scop::bayes {

inline constexpr std::size_t most_tokens = 12'000;    // of a message; later ones are dropped
inline constexpr std::size_t most_token_octets = 60;  // longer ones are cut off

class Tokens {
 public:
  void add(std::string_view token);
  void add(std::string_view prefix, std::string_view token);  // "prefix:token"

  std::size_t size() const { return ends_.size(); }
  std::string_view at(std::size_t index) const;

  // SHA-256 over what relays leave alone (Message-ID, Date, From, Subject, body): the message's identity
  // for learning.
  std::string digest;

  std::string octets() const;
  static Outcome<Tokens> from_octets(std::string_view octets);  // malformed, too_large
  bool operator==(const Tokens&) const = default;

 private:
  std::string text_;
  std::vector<std::uint32_t> ends_;  // of each in text_
};

}  // namespace scop::bayes
