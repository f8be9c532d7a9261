// What the classifier sees of a message: a bounded list of short strings, packed. Tokens of a run (words of a
// text) stand in order, since pairs of them are features too. The list travels between processes: from_octets
// takes any octets.
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
  void add(std::string_view token);                                // stands alone
  void add(std::string_view prefix, std::string_view token);       // "prefix:token"
  void add_word(std::string_view prefix, std::string_view token);  // continues a run
  void end_run() { in_run_ = false; }

  std::size_t size() const { return marks_.size(); }
  std::string_view at(std::size_t index) const;
  bool continues_run(std::size_t index) const { return (marks_[index] & continues) != 0; }

  // SHA-256 over what relays leave alone (Message-ID, Date, From, Subject, body): the message's identity for
  // learning.
  std::string digest;

  std::string octets() const;
  static Outcome<Tokens> from_octets(std::string_view octets);  // malformed, too_large
  bool operator==(const Tokens&) const = default;

 private:
  static constexpr std::uint32_t continues = 0x8000'0000U;
  void append(std::string_view prefix, std::string_view token, bool in_run);
  std::string text_;
  std::vector<std::uint32_t> marks_;  // where each ends in text_, with the flag
  bool in_run_ = false;
};

}  // namespace scop::bayes
