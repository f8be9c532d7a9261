#include "dispositions.hpp"

#include <algorithm>
#include <set>

#include "assembly.hpp"
#include "core/ascii.hpp"
#include "limits.hpp"

namespace scop::relay {

namespace {

// A reply that another daemon words goes to a client: code and text are made sure of.
v1::Reply clean(const v1::Reply& reply) {
  v1::Reply out;
  const bool is_refusal = reply.code() >= 400 && reply.code() <= 599;
  out.set_code(is_refusal ? reply.code() : 550);
  const char kind = out.code() < 500 ? '4' : '5';
  const bool is_status =
      reply.enhanced().starts_with(kind) && reply.enhanced().size() <= 9 &&
      std::ranges::all_of(reply.enhanced(), [](char c) { return ascii::is_digit(c) || c == '.'; });
  out.set_enhanced(is_status ? reply.enhanced() : std::string(1, kind) + ".7.1");
  out.set_text(reply.text().empty() ? "The message is refused" : ascii::printable(reply.text(), 400));
  return out;
}

Outcome<> keep_evidence(const v1::Findings& findings, QueuedMessage& message) {
  for (const auto& verdict : findings.verdicts()) {
    if (verdict.method() == "spf") message.path_proved = verdict.result() == "pass";
  }
  if (!findings.has_arc()) return {};
  const auto& arc = findings.arc();
  const bool is_chain =
      arc.chain().empty() || arc.chain() == "none" || arc.chain() == "pass" || arc.chain() == "fail";
  // One line, however long: the sealer folds it.
  const bool is_line = std::ranges::none_of(arc.results(), ascii::is_control);
  if (!is_chain || arc.results().size() > limits::evidence_octets || !is_line) {
    return failure(ErrorKind::malformed, "the evidence for ARC is malformed");
  }
  message.arc_results = arc.results();
  message.arc_chain = arc.chain();
  return {};
}

}  // namespace

Outcome<std::optional<v1::Reply>> apply(const v1::Findings& findings, std::string_view caller,
                                        QueuedMessage& message) {
  if (caller != "verifier") {
    if (findings.dispositions().empty() && !findings.has_arc()) return std::nullopt;
    return failure(ErrorKind::denied, std::string(caller) + " may not dispose of recipients");
  }
  if (auto kept = keep_evidence(findings, message); !kept) return std::unexpected(std::move(kept.error()));
  std::set<std::string_view> disposed;
  std::optional<v1::Reply> reply;
  std::size_t refusals = 0;
  for (const auto& disposition : findings.dispositions()) {
    const auto found =
        std::ranges::find(message.recipients, disposition.address(), &QueuedRecipient::address);
    if (found == message.recipients.end() || !disposed.insert(disposition.address()).second) {
      return failure(ErrorKind::malformed, "a disposition is for no recipient, or not the first for it");
    }
    found->junk = disposition.kind() != v1::Disposition::INBOX;
    if (disposition.kind() != v1::Disposition::REFUSE) continue;
    ++refusals;
    if (!reply) reply = clean(disposition.reply());
  }
  if (refusals < message.recipients.size()) return std::nullopt;
  return reply;
}

}  // namespace scop::relay
