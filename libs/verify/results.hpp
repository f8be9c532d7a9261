// Verdicts as RFC 8601 method results.
#pragma once

#include <vector>

#include "auth_results/format.hpp"
#include "verify/judgement.hpp"

namespace scop::verify {

// spf (MAIL FROM, HELO), dkim (one for each signature that was judged), dmarc, arc, iprev.
std::vector<auth_results::MethodResult> method_results(const Envelope& envelope, const Judgement& judgement);

}  // namespace scop::verify
