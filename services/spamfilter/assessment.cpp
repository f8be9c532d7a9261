#include "spamfilter/assessment.hpp"

#include <algorithm>
#include <set>

#include "core/ascii.hpp"
#include "spamfilter/limits.hpp"
#include "spamfilter/own_fields.hpp"

namespace scop::spamfilter {

namespace {

std::string_view domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

// Classifies once for each set of models and thresholds.
class Classification {
 public:
  Classification(const Desk& desk, const bayes::Tokens& tokens)
      : desk_(desk), tokens_(tokens), features_(desk.models->expand(tokens)) {}

  const bayes::Verdict& of(const std::string& model, const settings::SpamThresholds& thresholds) {
    const auto models = desk_.models->models_for(model);
    const auto found = std::ranges::find_if(
        done_, [&](const Done& one) { return one.tables == models.tables && one.thresholds == thresholds; });
    if (found != done_.end()) return found->verdict;
    done_.push_back(
        {models.tables, thresholds, desk_.models->classify(tokens_, features_, models, thresholds)});
    return done_.back().verdict;
  }
  bool is_full() const { return done_.size() >= limits::models; }

 private:
  struct Done {
    std::vector<const bayes::Table*> tables;
    settings::SpamThresholds thresholds;
    bayes::Verdict verdict;
  };
  const Desk& desk_;
  const bayes::Tokens& tokens_;
  bayes::Features features_;
  std::deque<Done> done_;
};

void classify_all(const Desk& desk, const bayes::Tokens& tokens, Case& found) {
  Classification classification(desk, tokens);
  bool all_alike = true;
  for (auto& addressee : found.addressees) {
    const auto model = classification.is_full()
                           ? std::string(domain_of(ascii::to_lower(addressee.address)))
                           : model_name(addressee.address, desk.settings.subaddress_separator);
    addressee.verdict = classification.of(model, addressee.thresholds);
    const auto& first = found.addressees.front();
    all_alike = all_alike && addressee.verdict.score == first.verdict.score &&
                addressee.thresholds == first.thresholds;
  }
  if (all_alike && !found.addressees.empty()) {
    found.common = found.addressees.front().verdict;
    found.thresholds = found.addressees.front().thresholds;
  } else {
    found.common = classification.of("", found.thresholds);
  }
}

Case opened(const Desk& desk, const std::vector<std::string>& recipients) {
  Case found;
  found.thresholds = desk.settings.thresholds;
  std::set<std::string_view> seen;
  for (const auto& address : recipients) {
    if (found.addressees.size() == limits::recipients || !seen.insert(address).second) continue;
    found.addressees.push_back({address, {}, settings::thresholds_of(desk.settings, domain_of(address))});
  }
  return found;
}

}  // namespace

std::vector<std::string> bounded_observations(const std::vector<std::string>& observations) {
  std::vector<std::string> kept;
  for (const auto& observation : observations) {
    if (kept.size() == limits::observations) break;
    if (is_observation(observation)) kept.push_back(observation);
  }
  return kept;
}

void add_observations(bayes::Tokens& tokens, const std::vector<std::string>& observations) {
  for (const auto& observation : observations) tokens.add("seen", observation);
}

Task<Outcome<Examination>> ask_judge(Desk& desk, std::string octets) {
  auto answer = co_await desk.judge->ask(std::move(octets), in(desk.settings.judge_timeout));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  co_return decode_examination(*answer);
}

Task<Assessed> assess(Desk& desk, std::string octets, const std::vector<std::string>& recipients,
                      const std::vector<std::string>& observations) {
  Assessed assessed;
  assessed.found = opened(desk, recipients);
  auto examined = co_await ask_judge(desk, std::move(octets));
  ++desk.judged;
  if (!examined) {
    assessed.found.trouble = examined.error().what;
    co_return assessed;
  }
  assessed.tokens = std::move(examined->tokens);
  assessed.found.findings = std::move(examined->findings);
  add_observations(assessed.tokens, observations);
  classify_all(desk, assessed.tokens, assessed.found);
  co_return assessed;
}

}  // namespace scop::spamfilter
