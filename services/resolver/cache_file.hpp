// The answer cache on disk, so that it survives a restart: magic and version, a digest of the settings that
// the answers came by, the answers, SHA-256 of all before. Anything that does not fit is no cache at all.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "resolver/found.hpp"

namespace scop::resolver {

struct SavedAnswer {
  std::string key;  // cache_key()
  std::shared_ptr<const Found> found;
  std::uint32_t ttl = 0;  // as it came
  Time expires;
};

inline constexpr std::size_t settings_digest_octets = 32;
inline constexpr std::size_t most_saved_answers = 1'000'000;

// `settings` is settings_digest_octets long.
std::string write_cache(std::string_view settings, const std::vector<SavedAnswer>& answers);
// Linear; malformed where any octet is wrong, conflict where the settings are other ones.
Outcome<std::vector<SavedAnswer>> read_cache(std::string_view octets, std::string_view settings);

}  // namespace scop::resolver
