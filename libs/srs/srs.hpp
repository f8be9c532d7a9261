// The Sender Rewriting Scheme (S. R. de Boyne-Pollard, M. Wong: "SRS", 2003; no RFC): a forwarded message
// gets a reverse path of ours that leads bounces back to its sender, for some days and for nobody else's
// inventions.
//
//   SRS0=HHHHHHHH=TT=domain=local           of a sender; TT: the day
//   SRS1=HHHHHHHH=domain=rest               of a forwarder's SRS0 (rest begins with its separator), so that
//                                           addresses do not grow
// H: HMAC-SHA256, 40 bits in base32, over the rest in lower case: hosts change a local part's case.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/error.hpp"

namespace scop::srs {

inline constexpr std::chrono::days lifetime{21};

// Has the form of one of ours; whether it is genuine only the secret's holder can tell.
bool looks_like_srs(std::string_view local_part);

// The reverse path for a forward, at `domain`; an address that is there already stays. The null path stays
// null. too_large: the local part would be over 256 octets, which no host takes; malformed: no domain.
Outcome<std::string> rewrite(std::string_view reverse_path, std::string_view domain, std::string_view secret,
                             Time now);

// Where a bounce to `local_part` goes on to. denied: forged or altered; timed_out: older than `lifetime`;
// malformed: no such form.
Outcome<std::string> resolve(std::string_view local_part, std::string_view secret, Time now);

}  // namespace scop::srs
