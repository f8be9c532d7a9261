#include "verifier/result_message.hpp"

#include "auth_results/claim.hpp"
#include "core/ascii.hpp"

namespace scop::verifier {

namespace {

void add_verdict(v1::Findings& findings, std::string_view method, std::string_view result,
                 std::string_view reason) {
  auto* verdict = findings.add_verdicts();
  verdict->set_judge("verifier");
  verdict->set_method(std::string(method));
  verdict->set_result(std::string(result));
  verdict->set_reason(ascii::printable(reason, 300));
}

// One for all signatures: the one that counts most.
void add_dkim_verdict(v1::Findings& findings, const std::vector<dkim::SignatureVerdict>& verdicts) {
  if (verdicts.empty()) return add_verdict(findings, "dkim", "none", "no signature");
  const dkim::SignatureVerdict* best = &verdicts.front();
  for (const auto& verdict : verdicts) {
    if (best->result != dkim::Result::pass && verdict.result == dkim::Result::pass) best = &verdict;
  }
  const auto who = best->domain.empty() ? std::string() : "d=" + best->domain;
  add_verdict(findings, "dkim", dkim::name_of(best->result),
              best->reason.empty() ? who : who + (who.empty() ? "" : ": ") + best->reason);
}

std::string domain_of(std::string_view path) {
  const auto at = path.rfind('@');
  return at == std::string_view::npos ? std::string() : ascii::to_lower(path.substr(at + 1));
}

std::string_view applied(const verify::Judgement& judgement) {
  switch (judgement.decision.disposition) {
    case verify::Disposition::refuse:
      return "reject";
    case verify::Disposition::junk:
      return "quarantine";
    default:
      return "none";
  }
}

// Why less was done than the record asks for (RFC 7489 7.1: PolicyOverrideType).
void explain_difference(const verify::Judgement& judgement, v1::ReportRow& row) {
  if (judgement.decision.overridden) {
    row.set_override("local_policy");
    row.set_override_comment("arc=pass");
  } else if (judgement.dmarc.result == dmarc::Result::fail &&
             applied(judgement) != dmarc::name_of(judgement.dmarc.disposition)) {
    row.set_override("local_policy");
  }
}

v1::ReportRow row_of(const v1::CaseBegin& begin, const verify::Judgement& judgement) {
  const auto& [dmarc, spf] = std::tie(judgement.dmarc, judgement.spf);
  v1::ReportRow row;
  row.set_source_ip(begin.client_address());
  row.set_disposition(std::string(applied(judgement)));
  row.set_dkim_pass(dmarc.dkim_pass);
  row.set_spf_pass(dmarc.spf_pass);
  explain_difference(judgement, row);
  row.set_header_from(dmarc.domain);
  row.set_envelope_from(ascii::printable(domain_of(begin.reverse_path()), 255));
  row.set_spf_domain(ascii::printable(spf.domain, 255));
  row.set_spf_scope(spf.identity == spf::Identity::helo ? "helo" : "mfrom");
  row.set_spf_result(std::string(spf::name_of(spf.result)));
  constexpr int most_signatures = 10;
  for (const auto& verdict : judgement.dkim) {
    if (verdict.domain.empty() || row.dkim_size() == most_signatures) continue;
    auto* dkim = row.add_dkim();
    dkim->set_domain(verdict.domain);
    dkim->set_selector(verdict.selector);
    dkim->set_result(std::string(dkim::name_of(verdict.result)));
    dkim->set_reason(ascii::printable(verdict.reason, 200));
  }
  row.set_policy_domain(dmarc.record_domain);
  row.set_record(dmarc.record.text);
  row.set_organizational_domain(dmarc.organizational_domain);
  return row;
}

}  // namespace

v1::CaseResult result_message(const v1::CaseBegin& begin, const verify::Judgement& judgement) {
  v1::CaseResult result;
  auto& findings = *result.mutable_findings();
  auto* field = findings.add_prepend();
  field->set_name(std::string(auth_results::field_name));
  field->set_value(judgement.field);
  for (const auto index : judgement.remove) findings.add_remove(index);
  add_verdict(findings, "spf", spf::name_of(judgement.spf.result), judgement.spf.reason);
  add_dkim_verdict(findings, judgement.dkim);
  add_verdict(findings, "dmarc", dmarc::name_of(judgement.dmarc.result), judgement.dmarc.reason);
  add_verdict(findings, "arc", arc::name_of(judgement.arc.status), judgement.arc.reason);
  add_verdict(findings, "iprev", verify::name_of(judgement.iprev.result), judgement.iprev.name);
  findings.mutable_arc()->set_results(judgement.results);
  findings.mutable_arc()->set_chain(std::string(arc::name_of(judgement.arc.status)));
  const auto& decision = judgement.decision;
  result.set_disposition(static_cast<v1::CaseResult::Disposition>(decision.disposition));
  result.set_reason(ascii::printable(decision.reason, 300));
  if (decision.code != 0) {
    auto& reply = *result.mutable_reply();
    reply.set_code(decision.code);
    reply.set_enhanced(decision.enhanced);
    reply.set_text(ascii::printable(decision.text, 400));
  }
  for (const auto index : judgement.spam_fields) result.add_spam_fields(index);
  const auto& dmarc = judgement.dmarc;
  const bool is_judged = dmarc.result == dmarc::Result::pass || dmarc.result == dmarc::Result::fail;
  if (is_judged && !dmarc.record.rua.empty()) *result.mutable_row() = row_of(begin, judgement);
  return result;
}

}  // namespace scop::verifier
