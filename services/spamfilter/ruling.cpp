#include "spamfilter/ruling.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "spamfilter/own_fields.hpp"

namespace scop::spamfilter {

namespace {

using settings::AttachmentAction;
using Kind = attachments::Kind;

// What the attachments alone ask for, and why.
struct Demand {
  AttachmentAction action = AttachmentAction::allow;
  std::string reason;  // for the verdict and the log
  std::string reply;   // for the sender, ASCII
};

void demand(Demand& so_far, AttachmentAction action, std::string reason, std::string reply) {
  if (action <= so_far.action) return;
  so_far = {action, std::move(reason), std::move(reply)};
}

Demand demand_of(const Case& found, const settings::AttachmentPolicy& policy) {
  Demand most;
  for (const auto& finding : found.findings) {
    const auto kind = attachments::name_of(finding.kind);
    demand(most, action_for(finding.kind, policy),
           fmt::format("{}: {} ({})", kind, ascii::printable(finding.name, 100),
                       ascii::printable(finding.reason, 100)),
           fmt::format("The message has an attachment that is not taken here ({})", kind));
  }
  if (!found.virus.empty()) {
    const auto name = ascii::printable(found.virus, 100);
    demand(most, policy.virus, "virus " + name, "The message holds a virus: " + name);
  }
  return most;
}

v1::Verdict verdict(std::string_view method, std::string_view result, std::string reason) {
  v1::Verdict made;
  made.set_judge("spamfilter");
  made.set_method(std::string(method));
  made.set_result(std::string(result));
  made.set_reason(std::move(reason));
  return made;
}

v1::Verdict spam_verdict(const Case& found) {
  if (!found.trouble.empty()) return verdict("spam", "temperror", found.trouble);
  std::string reason;
  for (const auto& [token, probability] : found.common.reasons) {
    reason += fmt::format("{}{}={:.2f}", reason.empty() ? "" : " ", shown_token(token), probability);
  }
  auto made = verdict("spam", bayes::name_of(found.common.label), std::move(reason));
  made.set_score(found.common.score);
  return made;
}

v1::Reply refusal(std::string text) {
  v1::Reply reply;
  reply.set_code(550);
  reply.set_enhanced("5.7.1");
  reply.set_text(std::move(text));
  return reply;
}

std::optional<v1::Disposition> disposition(const Case& found, const Addressee& addressee,
                                           const Demand& attached) {
  const bool judged = found.trouble.empty() && addressee.verdict.label != bayes::Label::unsure;
  const auto over = [&](double threshold) { return judged && addressee.verdict.score >= threshold; };
  v1::Disposition made;
  made.set_address(addressee.address);
  if (attached.action == AttachmentAction::refuse) {
    made.set_kind(v1::Disposition::REFUSE);
    *made.mutable_reply() = refusal(attached.reply);
  } else if (over(addressee.thresholds.refuse)) {
    made.set_kind(v1::Disposition::REFUSE);
    *made.mutable_reply() = refusal("The message looks like spam and is not taken here");
  } else if (attached.action == AttachmentAction::junk || over(addressee.thresholds.junk)) {
    made.set_kind(v1::Disposition::JUNK);
  } else {
    return std::nullopt;
  }
  return made;
}

}  // namespace

AttachmentAction action_for(Kind kind, const settings::AttachmentPolicy& policy) {
  switch (kind) {
    case Kind::double_extension:
    case Kind::disguised:
      return policy.double_extension;
    case Kind::executable_in_archive:
      return policy.archived_executable;
    case Kind::macro:
      return policy.macro;
    case Kind::encrypted_archive:
      return policy.encrypted_archive;
    case Kind::bomb:
      return policy.bomb;
    case Kind::executable:
    case Kind::active_document:
      return policy.dangerous_type;
  }
  return AttachmentAction::label;
}

Ruling rule(const Case& found, const settings::AttachmentPolicy& policy) {
  const auto attached = demand_of(found, policy);
  Ruling ruling;
  ruling.flagged = attached.action >= AttachmentAction::junk ||
                   (found.trouble.empty() && found.common.label == bayes::Label::spam);
  ruling.prepend = own_fields(found, policy, ruling.flagged);
  ruling.verdicts.push_back(spam_verdict(found));
  if (attached.action >= AttachmentAction::label) {
    ruling.verdicts.push_back(verdict(found.virus.empty() ? "attachment" : "virus",
                                      settings::name_of(attached.action), attached.reason));
  }
  for (const auto& addressee : found.addressees) {
    if (auto made = disposition(found, addressee, attached)) ruling.dispositions.push_back(std::move(*made));
  }
  return ruling;
}

}  // namespace scop::spamfilter
