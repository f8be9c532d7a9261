// Answers of the DNS as the verifiers of signatures read them.
#pragma once

#include "dkim/verifier.hpp"
#include "dns/answer.hpp"

namespace scop::verify {

// TXT records, each with its strings joined (RFC 6376 3.6.2.2). Bogus answers are failures for now.
dkim::KeyAnswer key_answer(const dns::Answer& answer);

}  // namespace scop::verify
