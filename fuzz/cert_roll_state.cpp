// A certificate roll's state from arbitrary octets: what is read is written and read again as the same, and
// no step of it withdraws a key that it publishes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "cert_roll/step.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace roll = scop::cert_roll;
  auto state = roll::parse_state({reinterpret_cast<const char*>(data), size});
  if (!state) return 0;
  if (roll::parse_state(roll::to_text(*state)) != state) std::abort();
  static_cast<void>(roll::next(*state, state->since + std::chrono::hours(1)));
  const auto kept = roll::keys_to_publish(*state);
  for (const auto& key : roll::keys_to_withdraw(*state)) {
    if (std::ranges::find(kept, key) != kept.end()) std::abort();
  }
  return 0;
}
