#include "web_content/digest.hpp"

#include "core/base64.hpp"
#include "crypto/digest.hpp"

namespace scop::web_content {

std::string hex_digest(std::string_view octets) { return to_hex(crypto::sha256(octets).substr(0, 16)); }

}  // namespace scop::web_content
