#include "verify/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "dkim/key_record.hpp"
#include "dns/rdata.hpp"
#include "verify/records.hpp"

namespace scop::verify {

namespace {

class Explainer {
 public:
  explicit Explainer(const Answers& answers) : answers_(answers) {}

  void spf(const spf::Verdict& verdict) {
    const auto method = verdict.identity == spf::Identity::helo ? "spf helo" : "spf";
    for (const auto& step : verdict.steps) {
      const bool elsewhere = step.domain != verdict.domain;
      add(method, elsewhere ? step.domain + ": " + step.tested : step.tested, step.outcome);
    }
    if (!verdict.record.empty()) add(method, "record of " + verdict.domain, verdict.record);
    add(method, verdict.domain.empty() ? "result" : verdict.domain,
        fmt::format("{}: {} ({} look-ups)", spf::name_of(verdict.result), verdict.reason, verdict.lookups));
  }

  void dkim(const dkim::SignatureVerdict& verdict, std::size_t number) {
    const auto what =
        fmt::format("signature {}{}{}", number, verdict.domain.empty() ? "" : " of ", verdict.domain);
    if (!verdict.selector.empty()) {
      std::string names;
      for (const auto& name : verdict.signed_names) names += (names.empty() ? "" : ", ") + name;
      add("dkim", what, verdict.algorithm + ", hashed in this order: " + names);
      key("dkim", what, dkim::key_name(verdict.selector, verdict.domain));
    }
    add("dkim", what,
        std::string(dkim::name_of(verdict.result)) + (verdict.reason.empty() ? "" : ": " + verdict.reason));
  }

  void arc(const arc::ChainVerdict& verdict) {
    for (std::size_t i = 0; i < verdict.sealers.size(); ++i) {
      const auto& results = verdict.results[i];
      add("arc", fmt::format("set {} sealed by {}", i + 1, verdict.sealers[i]),
          std::string(ascii::trim(results)));
    }
    add("arc", "chain",
        fmt::format("{}{}{}", arc::name_of(verdict.status), verdict.reason.empty() ? "" : ": ",
                    verdict.reason));
  }

  void dmarc(const dmarc::Verdict& verdict) {
    for (const auto& step : verdict.steps) add("dmarc", step.domain + ": " + step.tested, step.outcome);
    if (!verdict.record_domain.empty())
      add("dmarc", "record at " + verdict.record_domain, verdict.record.text);
    add("dmarc", verdict.domain.empty() ? "result" : verdict.domain,
        fmt::format("{}: {}", dmarc::name_of(verdict.result), verdict.reason));
  }

  void add(std::string_view method, std::string_view what, std::string_view outcome) {
    steps.push_back(
        {std::string(method), ascii::printable(what, 300), ascii::printable(flat(outcome), 2'000)});
  }

  std::vector<Step> steps;

 private:
  static std::string flat(std::string_view text) {
    std::string out(text);
    std::ranges::replace_if(out, ascii::is_control, ' ');
    return out;
  }

  void key(std::string_view method, std::string_view what, const std::string& name) {
    const auto found = answers_.find({name, dns::Type::txt});
    if (found == answers_.end()) return add(method, what, name + ": not answered");
    const auto records = key_answer(found->second).records;
    if (records.empty())
      return add(method, what, name + ": " + dns::name_of(found->second.rcode) + ", no key");
    add(method, what, name + ": " + records.front());
  }

  const Answers& answers_;
};

}  // namespace

std::vector<Step> explain(const Envelope& envelope, const Judgement& judgement, const Answers& answers) {
  Explainer explainer(answers);
  explainer.add("iprev", envelope.client ? envelope.client->text() : "no address",
                fmt::format("{}: {}", name_of(judgement.iprev.result), judgement.iprev.reason));
  explainer.spf(judgement.spf);
  if (judgement.helo) explainer.spf(*judgement.helo);
  if (judgement.dkim.empty()) explainer.add("dkim", "signatures", "none");
  for (std::size_t i = 0; i < judgement.dkim.size(); ++i) explainer.dkim(judgement.dkim[i], i + 1);
  explainer.arc(judgement.arc);
  explainer.dmarc(judgement.dmarc);
  if (!judgement.remove.empty()) {
    explainer.add("header", "Authentication-Results",
                  fmt::format("{} of strangers in our name removed", judgement.remove.size()));
  }
  const auto& decision = judgement.decision;
  explainer.add("decision", name_of(decision.disposition),
                decision.code == 0
                    ? decision.reason
                    : fmt::format("{} {} {}", decision.code, decision.enhanced, decision.text));
  return std::move(explainer.steps);
}

}  // namespace scop::verify
