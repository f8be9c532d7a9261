// "90s", "1h30m" and "25MB" as people write them in scop.toml.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace scop::config {

// One or more of number and unit: ms, s, m, h, d, w. No sign, no fraction, no spaces; below a hundred years.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// Number and, optionally, B, KB, MB, GB or TB (powers of 1024, as mail servers count), in any case; "KiB" is
// "KB".
std::optional<std::uint64_t> parse_octets(std::string_view text);

}  // namespace scop::config
