#include "verify/results.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace scop::verify {

namespace {

using auth_results::MethodResult;

constexpr std::size_t most_signatures = 10;  // in the field

MethodResult spf_result(const spf::Verdict& verdict) {
  MethodResult result{"spf", std::string(spf::name_of(verdict.result)), verdict.reason, {}, {}};
  const bool helo = verdict.identity == spf::Identity::helo;
  result.properties.push_back({"smtp", helo ? "helo" : "mailfrom", helo ? verdict.domain : verdict.sender});
  if (result.properties.back().value.empty()) result.properties.clear();
  return result;
}

MethodResult dkim_result(const dkim::SignatureVerdict& verdict) {
  MethodResult result{"dkim", std::string(dkim::name_of(verdict.result)), {}, verdict.reason, {}};
  if (verdict.key_bits > 0) result.comment = fmt::format("{}-bit key", verdict.key_bits);
  if (verdict.testing) result.comment += result.comment.empty() ? "testing" : ", testing";
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) result.properties.push_back({"header", std::string(name), value});
  };
  add("d", verdict.domain);
  add("i", verdict.identity);
  add("s", verdict.selector);
  add("a", verdict.algorithm);
  add("b", verdict.signature_start);
  return result;
}

// RFC 7489 11.2: header.from; the policy in the comment as everyone writes it.
MethodResult dmarc_result(const Judgement& judgement) {
  const auto& verdict = judgement.dmarc;
  MethodResult result{"dmarc", std::string(dmarc::name_of(verdict.result)), {}, {}, {}};
  if (verdict.source != dmarc::PolicySource::none) {
    const bool none =
        judgement.decision.overridden || !(judgement.decision.disposition == Disposition::junk ||
                                           judgement.decision.disposition == Disposition::refuse);
    result.comment =
        fmt::format("{}={} dis={}{}", dmarc::name_of(verdict.source), dmarc::name_of(verdict.policy),
                    none ? "none" : dmarc::name_of(verdict.disposition),
                    judgement.decision.overridden ? " arc=pass" : "");
  }
  if (verdict.result != dmarc::Result::pass) result.reason = verdict.reason;
  if (!verdict.domain.empty()) result.properties.push_back({"header", "from", verdict.domain});
  return result;
}

MethodResult arc_result(const arc::ChainVerdict& verdict) {
  MethodResult result{"arc", std::string(arc::name_of(verdict.status)), {}, verdict.reason, {}};
  if (verdict.sets > 0) result.comment = fmt::format("i={}", verdict.sets);
  if (verdict.status == arc::ChainStatus::pass && !verdict.sealers.empty()) {
    result.properties.push_back({"header", "d", verdict.sealers.back()});
  }
  return result;
}

}  // namespace

std::vector<MethodResult> method_results(const Envelope& envelope, const Judgement& judgement) {
  std::vector<MethodResult> results{spf_result(judgement.spf)};
  if (judgement.helo && judgement.helo->result != spf::Result::none)
    results.push_back(spf_result(*judgement.helo));
  if (judgement.dkim.empty()) results.push_back({"dkim", "none", {}, {}, {}});
  // Those that were looked at; where some were not, one result says so.
  std::size_t shown = 0;
  for (const auto& verdict : judgement.dkim) {
    if (verdict.domain.empty() && judgement.dkim.size() > most_signatures) continue;
    if (shown++ == most_signatures) break;
    results.push_back(dkim_result(verdict));
  }
  if (judgement.dkim.size() > most_signatures)
    results.push_back({"dkim", "policy", {}, "too many signatures", {}});
  results.push_back(dmarc_result(judgement));
  results.push_back(arc_result(judgement.arc));
  if (envelope.client && judgement.iprev.result != IprevResult::none) {
    results.push_back({"iprev",
                       std::string(name_of(judgement.iprev.result)),
                       judgement.iprev.name,
                       {},
                       {{"policy", "iprev", envelope.client->text()}}});
  }
  return results;
}

}  // namespace scop::verify
