#include "verifier/merging.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/ascii.hpp"

namespace scop::verifier {

namespace {

using Kind = v1::Disposition;

Kind::Kind kind_of(v1::CaseResult::Disposition disposition) {
  switch (disposition) {
    case v1::CaseResult::REFUSE:
      return Kind::REFUSE;
    case v1::CaseResult::JUNK:
      return Kind::JUNK;
    default:
      return Kind::INBOX;
  }
}

std::map<std::string, v1::Disposition> by_address(const v1::Findings& findings) {
  std::map<std::string, v1::Disposition> table;
  for (const auto& disposition : findings.dispositions()) {
    auto [entry, fresh] = table.emplace(disposition.address(), disposition);
    if (!fresh && entry->second.kind() < disposition.kind()) entry->second = disposition;
  }
  return table;
}

// What a stage behind the edge may tell a client: a 5yz reply of one printable line.
v1::Reply fit_reply(const v1::Reply& reply) {
  v1::Reply fit = reply;
  if (fit.code() < 500 || fit.code() > 599) fit.set_code(550);
  if (!fit.enhanced().starts_with("5.")) fit.set_enhanced("5.7.1");
  fit.set_text(reply.text().empty() ? "The message is refused" : ascii::printable(reply.text(), 400));
  return fit;
}

v1::Findings believed(const v1::Findings& filter, const v1::CaseResult& ours) {
  v1::Findings findings = ours.findings();
  findings.set_size(filter.size());
  findings.set_sha256(filter.sha256());
  for (const auto& field : filter.prepend()) {
    if (ascii::starts_with_ignoring_case(field.name(), "X-Spam-")) *findings.add_prepend() = field;
  }
  const std::set<std::uint32_t> spam(ours.spam_fields().begin(), ours.spam_fields().end());
  for (const auto index : filter.remove()) {
    if (spam.contains(index)) findings.add_remove(index);
  }
  for (const auto& verdict : filter.verdicts()) {
    if (verdict.judge() == "spamfilter") *findings.add_verdicts() = verdict;
  }
  return findings;
}

}  // namespace

stage::Stepped<v1::Findings> merge(v1::Findings filter, const v1::CaseResult& ours,
                                   std::span<const std::string> recipients) {
  if (ours.disposition() == v1::CaseResult::DEFER) {
    return stage::refused({ours.reply(), ours.reason()});
  }
  if (ours.disposition() == v1::CaseResult::REFUSE) {
    return stage::refused({fit_reply(ours.reply()), ours.reason()});
  }
  const auto theirs = by_address(filter);
  const auto own = kind_of(ours.disposition());
  std::vector<v1::Disposition> merged;
  for (const auto& address : recipients) {
    const auto found = theirs.find(address);
    v1::Disposition one;
    if (found != theirs.end()) one = found->second;
    one.set_address(address);
    if (one.kind() < own) one.set_kind(own);
    merged.push_back(std::move(one));
  }
  const bool all = !merged.empty() &&
                   std::ranges::all_of(merged, [](const auto& one) { return one.kind() == Kind::REFUSE; });
  if (all) {
    const auto reply = fit_reply(merged.front().reply());
    return stage::refused({reply, "every recipient refuses: " + reply.text()});
  }
  auto findings = believed(filter, ours);
  for (auto& one : merged) {
    if (one.kind() == Kind::REFUSE) one.set_kind(Kind::JUNK);
    one.clear_reply();
    if (one.kind() != Kind::INBOX) *findings.add_dispositions() = std::move(one);
  }
  return findings;
}

}  // namespace scop::verifier
