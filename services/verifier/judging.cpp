#include "verifier/judging.hpp"

namespace scop::verifier {

Task<stage::Stepped<v1::Envelope>> Judging::envelope(v1::Envelope envelope) {
  if (envelope.role() != v1::ROLE_RECEIVED) {
    co_return stage::voided(
        "a message of role " + std::to_string(envelope.role()) + " does not come this way", true);
  }
  co_return envelope;
}

Task<stage::Stepped<>> Judging::data(std::string_view) { co_return stage::Stepped<>{}; }

Task<stage::Stepped<v1::Findings>> Judging::finish(v1::Findings findings) { co_return findings; }

}  // namespace scop::verifier
