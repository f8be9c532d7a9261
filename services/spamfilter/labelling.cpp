#include "spamfilter/labelling.hpp"

namespace scop::spamfilter {

Task<stage::Stepped<v1::Envelope>> Labelling::envelope(v1::Envelope envelope) {
  if (envelope.role() != v1::ROLE_RECEIVED) {
    co_return stage::voided(
        "a message of role " + std::to_string(envelope.role()) + " does not come this way", true);
  }
  co_return envelope;
}

Task<stage::Stepped<>> Labelling::data(std::string_view) { co_return stage::Stepped<>{}; }

Task<stage::Stepped<v1::Findings>> Labelling::finish(v1::Findings findings) { co_return findings; }

}  // namespace scop::spamfilter
