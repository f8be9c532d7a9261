#include "bayes/classify.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <ranges>

#include "bayes/model.hpp"

namespace scop::bayes {

namespace {

struct Clue {
  const Feature* feature;
  double probability;
  double strength() const { return std::abs(probability - 0.5); }
};

// Fisher's method, both ways (Robinson 2003): near 0.5 where the clues contradict each other or there are
// none.
class ChiSquare {
 public:
  void add(double probability) {
    ++clues_;
    ham_ += std::log(probability);
    spam_ += std::log(1 - probability);
  }
  double score() const {
    if (clues_ == 0) return 0.5;
    const double spamminess = 1 - chi_square_tail(-2 * spam_, clues_);
    const double hamminess = 1 - chi_square_tail(-2 * ham_, clues_);
    return (1 + spamminess - hamminess) / 2;
  }

 private:
  std::size_t clues_ = 0;
  double ham_ = 0;
  double spam_ = 0;
};

std::vector<Reason> reasons_of(const Tokens& tokens, std::vector<Clue>& clues) {
  const auto most = std::min(clues.size(), most_reasons);
  std::ranges::partial_sort(clues, clues.begin() + static_cast<std::ptrdiff_t>(most), std::ranges::greater{},
                            &Clue::strength);
  std::vector<Reason> reasons;
  for (const auto& clue : clues | std::views::take(most)) {
    reasons.push_back({std::string(tokens.at(clue.feature->token)), clue.probability});
  }
  return reasons;
}

}  // namespace

std::string_view name_of(Label label) {
  switch (label) {
    case Label::ham:
      return "ham";
    case Label::spam:
      return "spam";
    case Label::unsure:
      return "unsure";
  }
  return "";
}

Verdict classify(const Tokens& tokens, const Features& features, std::span<const Table* const> tables,
                 const Thresholds& thresholds) {
  Verdict verdict;
  ChiSquare chi_square;
  std::vector<Clue> clues;
  for (const auto& feature : features.list) {
    if (feature.group == Group::letters) continue;  // they depend on each other too much to be multiplied
    ++verdict.features;
    bool known = false;
    const Clue clue{&feature, probability(feature.key, tables, known)};
    if (!known) continue;
    ++verdict.known;
    if (clue.strength() < least_deviation) continue;
    chi_square.add(clue.probability);
    clues.push_back(clue);
  }
  const double odds = std::clamp(chi_square.score(), certainty, 1 - certainty);
  const auto opinions = weighed(features, tables);
  const double sum =
      std::accumulate(opinions.begin(), opinions.end(), chi_square_share * std::log(odds / (1 - odds)));
  verdict.score = logistic(sum / temperature);
  verdict.label = verdict.score >= thresholds.spam  ? Label::spam
                  : verdict.score <= thresholds.ham ? Label::ham
                                                    : Label::unsure;
  verdict.reasons = reasons_of(tokens, clues);
  return verdict;
}

}  // namespace scop::bayes
