#include "cert_roll/retry.hpp"

#include <algorithm>

namespace scop::cert_roll {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr hours longest{24};
constexpr hours longest_unreachable{1};
constexpr hours least_when_limited{6};

}  // namespace

Refusal refusal_in(std::string_view output) {
  if (output.contains("acme:error:rateLimited")) return Refusal::rate_limited;
  // RFC 8555 6.7: a server that has said no has said why, as a problem document.
  return output.contains("acme:error:") ? Refusal::refused : Refusal::unreachable;
}

milliseconds retry_after(Refusal refusal, unsigned failures, milliseconds first) {
  const milliseconds most = refusal == Refusal::unreachable ? longest_unreachable : longest;
  auto wait = std::min(first, most);
  for (unsigned i = 1; i < failures && wait < most; ++i) wait = std::min(wait * 2, most);
  return refusal == Refusal::rate_limited ? std::max<milliseconds>(wait, least_when_limited) : wait;
}

}  // namespace scop::cert_roll
