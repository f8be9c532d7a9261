#include "spamfilter/labelling.hpp"

#include <fmt/format.h>

#include <set>

#include "spamfilter/limits.hpp"
#include "spamfilter/own_fields.hpp"

namespace scop::spamfilter {

namespace {

v1::Disposition& disposition_of(v1::Findings& findings, const std::string& address) {
  for (auto& disposition : *findings.mutable_dispositions()) {
    if (disposition.address() == address) return disposition;
  }
  auto& added = *findings.add_dispositions();
  added.set_address(address);
  return added;
}

}  // namespace

Task<stage::Stepped<v1::Envelope>> Labelling::envelope(v1::Envelope envelope) {
  if (envelope.role() != v1::ROLE_RECEIVED) {
    co_return stage::voided(
        "a message of role " + std::to_string(envelope.role()) + " does not come this way", true);
  }
  for (const auto& recipient : envelope.recipients()) recipients_.push_back(recipient.address());
  observations_ = bounded_observations({envelope.observations().begin(), envelope.observations().end()});
  client_ = envelope.client_address();
  reverse_path_ = envelope.reverse_path();
  if (desk_.clamd) scan_ = std::make_unique<Scan>(desk_.io, *desk_.clamd);
  co_return envelope;
}

Task<stage::Stepped<>> Labelling::data(std::string_view chunk) {
  gathered_.add(chunk);
  if (scan_) co_await scan_->feed(chunk, in(limits::clamd_takes_chunk));
  co_return stage::Stepped<>{};
}

Task<stage::Stepped<>> Labelling::ask_clamd() {
  auto answer = co_await scan_->finish(in(desk_.settings.clamd_timeout));
  if (answer) {
    virus_ = std::move(*answer);
    co_return stage::Stepped<>{};
  }
  desk_.log.warning("not scanned for viruses", {{"why", answer.error().what}});
  // Waiting makes no message smaller.
  if (desk_.settings.defer_without_clamd && answer.error().kind != ErrorKind::too_large) {
    co_return stage::refused(
        stage::refusal(451, "4.3.0", "The virus scanner is away; try again later", answer.error().what));
  }
  co_return stage::Stepped<>{};
}

Task<stage::Stepped<v1::Findings>> Labelling::finish(v1::Findings findings) {
  if (scan_) {
    if (auto scanned = co_await ask_clamd(); !scanned) co_return std::unexpected(scanned.error());
  }
  auto assessed = co_await assess(desk_, gathered_.octets(), recipients_, observations_);
  auto& found = assessed.found;
  found.virus = virus_;
  label_ = found.trouble.empty() ? bayes::name_of(found.common.label) : "temperror";
  score_ = found.common.score;
  if (!found.trouble.empty()) desk_.log.warning("not judged", {{"why", found.trouble}});
  add_to(findings, rule(found, desk_.settings.attachments));
  remember(assessed);
  co_return findings;
}

void Labelling::add_to(v1::Findings& findings, const Ruling& ruling) const {
  v1::Findings out = findings;
  out.clear_prepend();
  for (const auto& field : ruling.prepend) *out.add_prepend() = field;
  if (!observations_.empty()) *out.add_prepend() = observed_field(observations_);
  out.mutable_prepend()->MergeFrom(findings.prepend());
  const std::set<std::uint32_t> removed(findings.remove().begin(), findings.remove().end());
  for (const auto index : foreign_fields(gathered_.header())) {
    if (!removed.contains(index)) out.add_remove(index);
  }
  for (const auto& verdict : ruling.verdicts) *out.add_verdicts() = verdict;
  for (const auto& disposition : ruling.dispositions) {
    auto& there = disposition_of(out, disposition.address());
    if (disposition.kind() > there.kind()) there = disposition;
  }
  findings = std::move(out);
}

// What the verdict teaches: the client's reputation and, where nearly certain, the shared model.
void Labelling::remember(const Assessed& assessed) const {
  const auto& found = assessed.found;
  if (!found.trouble.empty()) return;
  if (found.common.label != bayes::Label::unsure)
    desk_.standing->note(client_, reverse_path_, found.common.label == bayes::Label::spam, now());
  if (!desk_.settings.autolearn) return;
  const auto& models = *desk_.models;
  const auto shared = models.classify(assessed.tokens, models.expand(assessed.tokens), models.models_for(""),
                                      desk_.settings.thresholds);
  desk_.models->learn_by_itself(assessed.tokens, shared, now());
}

std::vector<std::pair<std::string_view, std::string>> Labelling::notes() const {
  return {{"spam", label_}, {"score", fmt::format("{:.4f}", score_)}, {"virus", virus_}};
}

}  // namespace scop::spamfilter
