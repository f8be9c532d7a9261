// From verdicts to what is done with the message.
#pragma once

#include "verify/judgement.hpp"

namespace scop::verify {

// RFC 9989 5.3: reject refuses, quarantine means Junk. Never refuses for a failure that may pass by itself.
Decision decide(const Policy& policy, const Judgement& judgement);

// Whether trusted sealers say that DMARC passed when the message came to them (RFC 8617 7.2): from the newest
// set down all sealers are trusted until one that reports dmarc=pass.
bool trusted_chain_passes(const Policy& policy, const arc::ChainVerdict& chain);

}  // namespace scop::verify
