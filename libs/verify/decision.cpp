#include "verify/decision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "auth_results/method.hpp"
#include "core/ascii.hpp"

namespace scop::verify {

namespace {

Decision refuse(unsigned code, std::string enhanced, std::string text) {
  Decision decision;
  decision.disposition = code >= 500 ? Disposition::refuse : Disposition::defer;
  decision.code = code;
  decision.enhanced = std::move(enhanced);
  decision.reason = text;
  decision.text = std::move(text);
  return decision;
}

std::string dkim_in_short(const std::vector<dkim::SignatureVerdict>& verdicts) {
  if (verdicts.empty()) return "no DKIM signature";
  const auto& first = verdicts.front();
  return fmt::format("DKIM {}{}", dkim::name_of(first.result),
                     first.domain.empty() ? "" : " for " + ascii::printable(first.domain, 100));
}

Decision reject(const Judgement& judgement) {
  const auto& spf = judgement.spf;
  return refuse(550, "5.7.1",
                fmt::format("{} asks to reject mail that is not authenticated as its own (DMARC p=reject): "
                            "SPF {} for {}, {}",
                            ascii::printable(judgement.dmarc.domain, 100), spf::name_of(spf.result),
                            spf.domain.empty() ? "no domain" : ascii::printable(spf.domain, 100),
                            dkim_in_short(judgement.dkim)));
}

}  // namespace

std::string_view name_of(Disposition disposition) {
  switch (disposition) {
    case Disposition::inbox:
      return "inbox";
    case Disposition::junk:
      return "junk";
    case Disposition::refuse:
      return "refuse";
    case Disposition::defer:
      return "defer";
  }
  return "";
}

bool trusted_chain_passes(const Policy& policy, const arc::ChainVerdict& chain) {
  if (chain.status != arc::ChainStatus::pass) return false;
  for (std::size_t i = std::min(chain.sealers.size(), chain.results.size()); i > 0; --i) {
    if (std::ranges::find(policy.trusted_sealers, chain.sealers[i - 1]) == policy.trusted_sealers.end()) {
      return false;
    }
    if (auth_results::result_of(chain.results[i - 1], "dmarc") == "pass") return true;
  }
  return false;
}

Decision decide(const Policy& policy, const Judgement& judgement) {
  if (!judgement.header_problem.empty()) {
    return refuse(550, "5.6.0", "The message's header cannot be read: " + judgement.header_problem);
  }
  if (!policy.enforce) return {.reason = "DMARC only labels here"};
  const auto& dmarc = judgement.dmarc;
  if (dmarc.result == dmarc::Result::temperror) {
    if (policy.defer_temperror) {
      return refuse(451, "4.7.0", "The sender cannot be authenticated just now; try again later");
    }
    return {.reason = "DMARC could not be judged for now: " + dmarc.reason};
  }
  if (dmarc.disposition == dmarc::Policy::none) return {.reason = dmarc.reason};
  if (dmarc.result == dmarc::Result::fail && trusted_chain_passes(policy, judgement.arc)) {
    return {.reason = "a trusted ARC sealer saw DMARC pass", .overridden = true};
  }
  if (dmarc.disposition == dmarc::Policy::reject && dmarc.result == dmarc::Result::fail)
    return reject(judgement);
  return {.disposition = Disposition::junk, .reason = dmarc.reason};
}

}  // namespace scop::verify
