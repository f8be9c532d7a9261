// Bounds of what a backup may claim; a foreign one is read with the same.
#pragma once

#include <cstddef>
#include <cstdint>

namespace scop::backup::limits {

inline constexpr std::size_t chunk = 64U << 10U;      // plain octets in one encrypted message
inline constexpr std::size_t record = 64U << 10U;     // payload of one record but the manifest's
inline constexpr std::size_t manifest = 256U << 20U;  // a million files
inline constexpr std::size_t path = 1024;
inline constexpr std::size_t component = 255;
inline constexpr std::size_t depth = 16;
inline constexpr std::uint64_t entries = 20'000'000;
inline constexpr std::uint32_t passes = 16;  // of argon2id, asked for by a file's head
inline constexpr std::uint32_t memory_kib = 1U << 20U;

}  // namespace scop::backup::limits
