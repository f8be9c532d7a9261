// Packed reports: gzip (RFC 1952) and zip (the first file with .xml in its name, stored or deflated). Bombs
// are stopped while they unpack.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::dmarc_report {

inline constexpr std::size_t most_packed = 16U << 20U;
inline constexpr std::size_t most_unpacked = 64U << 20U;
inline constexpr std::size_t free_of_ratio = 1U << 20U;  // below this any ratio is fine
inline constexpr std::size_t most_ratio = 200;

enum class Wrapping { gzip, raw };  // how deflate data is wrapped

// too_large: a bound was passed. malformed.
Outcome<std::string> inflate(std::string_view packed, Wrapping wrapping);
Outcome<std::string> unzip(std::string_view archive);

// By the first octets: gzip, zip, or anything else as it is.
Outcome<std::string> unpack(std::string_view octets);

std::string to_gzip(std::string_view octets);

}  // namespace scop::dmarc_report
