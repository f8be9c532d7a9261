// The persisted state of one public certificate's replacement, and its form on disk: lines of "name value".
// Nothing secret: `scop dns show` reads it to know which TLSA records belong to us.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"

namespace scop::cert_roll {

enum class Step { settled, announcing, waiting, placing, proving, retiring };

struct State {
  Step step = Step::settled;
  // Keys are named by what a TLSA record "3 1 1" holds: the SHA-256 of the SubjectPublicKeyInfo, in hex.
  std::string current;                 // of the key that was served last, for certain; "": of none
  std::string next;                    // of the key that is to be served; "": nothing is under way
  std::string certificate;             // SHA-256 of the certificate that is to be served; "": nothing
  std::vector<std::string> abandoned;  // announced once, then given up: their records have to go too
  Time since{};                        // the step began
  Time key_since{};                    // the current key is served since
  std::chrono::seconds ttl{0};         // of the records that resolvers may still hold
  bool operator==(const State&) const = default;
};

std::string_view name_of(Step step);

std::string to_text(const State& state);
// malformed: not such a text, or one whose parts contradict each other; too_large.
Outcome<State> parse_state(std::string_view text);

inline constexpr std::size_t most_state = 16U << 10U;
inline constexpr std::size_t most_abandoned = 64;

}  // namespace scop::cert_roll
