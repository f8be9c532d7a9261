// gzip (RFC 1952) and bare deflate data (RFC 1951), by zlib. Bombs are stopped while they unpack.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::gzip {

inline constexpr std::string_view mark = "\x1f\x8b";  // what gzip data begins with
inline constexpr std::size_t most_packed = 16U << 20U;
inline constexpr std::size_t most_unpacked = 64U << 20U;
inline constexpr std::size_t free_of_ratio = 1U << 20U;  // below this any ratio is fine
inline constexpr std::size_t most_ratio = 200;

enum class Wrapping { gzip, raw };  // how deflate data is wrapped

// too_large: a bound was passed. malformed.
Outcome<std::string> inflate(std::string_view packed, Wrapping wrapping = Wrapping::gzip);

// As gzip; the same octets give the same octets.
std::string deflate(std::string_view octets);

}  // namespace scop::gzip
