#include "signer/signing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace scop::signer {

Task<Stepped<v1::Envelope>> Signing::envelope(v1::Envelope envelope) {
  co_return pass_.envelope(std::move(envelope), now());
}

Task<Stepped<>> Signing::data(std::string_view chunk) { co_return pass_.data(chunk); }

Task<Stepped<v1::Findings>> Signing::finish(v1::Findings findings) {
  last_ = newest_;
  pass_.use_keys_of(*last_);
  co_return pass_.finish(std::move(findings), now());
}

std::vector<std::pair<std::string_view, std::string>> Signing::notes() const {
  return {{"login", pass_.login()}, {"signed", fmt::format("{}", fmt::join(pass_.signed_for(), ", "))}};
}

}  // namespace scop::signer
