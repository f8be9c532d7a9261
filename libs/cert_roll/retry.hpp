// When to ask an ACME server again after it has refused, failed or not answered (RFC 8555 6.6: rate limits).
#pragma once

#include <chrono>
#include <string_view>

namespace scop::cert_roll {

enum class Refusal {
  unreachable,   // no answer: ask again soon
  refused,       // an answer that says no: each try costs a part of a limit
  rate_limited,  // urn:ietf:params:acme:error:rateLimited
};

// From what an ACME client wrote on standard error.
Refusal refusal_in(std::string_view output);

// `failures` in a row, one or more; `first`: after the first one. Doubles up to a day; a rate limit is waited
// for six hours at least.
std::chrono::milliseconds retry_after(Refusal refusal, unsigned failures, std::chrono::milliseconds first);

}  // namespace scop::cert_roll
