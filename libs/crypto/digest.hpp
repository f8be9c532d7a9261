// SHA-256 (FIPS 180-4) of octets that are all there.
#pragma once

#include <string>
#include <string_view>

namespace scop::crypto {

std::string sha256(std::string_view octets);  // 32 octets

}  // namespace scop::crypto
