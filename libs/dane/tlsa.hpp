// TLSA association data (RFC 6698 2.1) computed from certificates and keys, and compared with them. Knows
// neither names nor validity nor signatures of a chain: that is the handshake's (net/dane.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "dns/rdata.hpp"

namespace scop::dane {

// RFC 7218 2.1 to 2.3, by its names in lower case.
inline constexpr std::uint8_t pkix_ta = 0;
inline constexpr std::uint8_t pkix_ee = 1;
inline constexpr std::uint8_t dane_ta = 2;
inline constexpr std::uint8_t dane_ee = 3;
inline constexpr std::uint8_t whole_certificate = 0;
inline constexpr std::uint8_t public_key = 1;
inline constexpr std::uint8_t full = 0;
inline constexpr std::uint8_t sha2_256 = 1;
inline constexpr std::uint8_t sha2_512 = 2;

// Of the first certificate in `pem`. ErrorKind::malformed: no certificate there; unsupported: a usage,
// selector or matching type that RFC 6698 does not know.
Outcome<dns::Tlsa> tlsa_of(std::string_view pem, std::uint8_t usage, std::uint8_t selector,
                           std::uint8_t matching);

// Selector 1 of a key that may have no certificate yet; `pem` is the private or the public key.
Outcome<dns::Tlsa> tlsa_of_key(std::string_view pem, std::uint8_t usage, std::uint8_t matching);

// Usages 1 and 3 look at the first certificate of `chain_pem`, 0 and 2 at those behind it. A record of
// unknown parameters matches nothing.
Outcome<bool> matches(const dns::Tlsa& record, std::string_view chain_pem);

// For SMTP (RFC 7672 3.1.3): usages 2 and 3, of known parameters, with data that can be what they say.
bool is_usable(const dns::Tlsa& record);

// "3 1 1 <hex>", as zone files have it.
std::string to_text(const dns::Tlsa& record);
Outcome<dns::Tlsa> tlsa_from_text(std::string_view text);

}  // namespace scop::dane
