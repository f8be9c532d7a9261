#include "verify/records.hpp"

#include "dns/rdata.hpp"

namespace scop::verify {

dkim::KeyAnswer key_answer(const dns::Answer& answer) {
  using Kind = dkim::KeyAnswer::Kind;
  const bool known = answer.rcode == dns::Rcode::no_error || answer.rcode == dns::Rcode::nx_domain;
  if (!known || answer.validation == dns::Validation::bogus) return {Kind::temporary_failure, {}};
  dkim::KeyAnswer key;
  for (const auto& record : answer.records) {
    const auto strings = dns::read_txt(record);
    if (!strings) continue;
    auto& text = key.records.emplace_back();
    for (const auto& one : *strings) text += one;
  }
  key.kind = key.records.empty() ? Kind::none : Kind::found;
  return key;
}

}  // namespace scop::verify
