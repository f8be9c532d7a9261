// What a login may do, as accounts signs it and edge and signer check it: Ed25519 (RFC 8032) over
// "scop grant v1\0" and the serialised scop.v1.Grant. Reads no clock and no file.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/secret.hpp"

namespace scop::grant {

inline constexpr std::size_t most_octets = 64U << 10U;  // of a SignedGrant
inline constexpr std::size_t most_addresses = 1'000;

struct Grant {
  std::string login;                 // user@domain, in lower case
  std::vector<std::string> send_as;  // "a@b", "@b": every address of b, "a+*@b": every subaddress of a@b
  std::chrono::sys_seconds expires;  // void from this second on
  std::string edge;                  // the daemon that asked: void in the hands of another
  bool operator==(const Grant&) const = default;
};

// The octets of a scop.v1.SignedGrant. `secret_key` has libsodium's 64 octets (see grant/keys.hpp).
std::string sign(const Grant& grant, const Secret& secret_key);

// `edge` is the daemon that presents it, as its certificate names it. Errors: malformed (not a grant),
// denied (signature, edge, expiry).
Outcome<Grant> verify(std::string_view octets, std::string_view public_key, std::string_view edge, Time now);

// Whether the address is the login's to write in a reverse path or a From field. Letters A-Z are folded in
// the domain and, our own accounts' local parts being without case, in the local part too; A-labels and
// U-labels are the same. The empty address is nobody's.
bool may_send_as(const Grant& grant, std::string_view address);

}  // namespace scop::grant
