// One DKIM key's place in its life. Values; what leads from stage to stage is in life.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "dkim/algorithm.hpp"

namespace scop::key_life {

using Span = std::chrono::milliseconds;

enum class Stage : std::uint8_t { making, publishing, waiting, signing, kept, retired, removing };

std::string_view name_of(Stage stage);  // "publishing"
std::optional<Stage> stage_from_text(std::string_view text);

struct Key {
  std::string selector;
  dkim::KeyType type = dkim::KeyType::rsa;
  Stage stage = Stage::making;
  Time since{};          // when it came into this stage by the civil clock: shown, never counted with
  Span age{0};           // in this stage, as far as both clocks agree
  Span wait{0};          // waiting: this long
  bool settled = false;  // retired: the DNS answers the empty p=, and `age` counts from there
  bool urgent = false;   // takes the place of a compromised key: signs as soon as it is seen
  std::string record;    // the TXT value with the public key; empty while it is being made
  bool operator==(const Key&) const = default;
};

// What the name must answer in this stage; empty: nothing. RFC 6376 3.6.1: an empty p= is a revoked key.
std::string wanted_record(const Key& key);

// It has taken its place in the DNS or is about to, and does not sign yet.
constexpr bool is_under_way(Stage stage) {
  return stage == Stage::making || stage == Stage::publishing || stage == Stage::waiting;
}
// Its private half may still be needed.
constexpr bool needs_file(Stage stage) { return stage != Stage::retired && stage != Stage::removing; }

}  // namespace scop::key_life
