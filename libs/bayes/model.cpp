#include "bayes/model.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace scop::bayes {

double logistic(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

double weighed(const Features& features, Tables tables, const Table* own) {
  if (features.list.empty()) return 0;
  std::int64_t sum = 0;
  const auto add = [&](const Table& table) {
    if (table.size() == 0) return;
    for (const auto& feature : features.list) {
      if (const auto* counts = table.find(feature.key)) sum += counts->weight;
    }
  };
  for (const auto* table : tables) add(*table);
  if (own != nullptr) add(*own);
  return static_cast<double>(sum) * weight_unit / std::sqrt(static_cast<double>(features.list.size()));
}

// Each table's counts speak as far as they go; what is left is said by the more general one.
double probability(Key key, Tables tables, bool& known) {
  double believed = prior;
  for (const auto* table : tables) {
    const auto* counts = table->find(key);
    if (counts == nullptr || counts->ham + counts->spam == 0) continue;
    known = true;
    const double ham = counts->ham / std::max(1.0, static_cast<double>(table->totals.ham));
    const double spam = counts->spam / std::max(1.0, static_cast<double>(table->totals.spam));
    const double seen = counts->ham + counts->spam;
    believed = (prior_strength * believed + seen * spam / (ham + spam)) / (prior_strength + seen);
  }
  return believed;
}

double chi_square_tail(double value, std::size_t half_degrees) {
  const double half = value / 2;
  const auto degrees = static_cast<double>(2 * half_degrees);
  if (half > 700) {  // exp() underflows: Wilson and Hilferty's approximation
    const double z = (std::cbrt(value / degrees) - (1 - 2 / (9 * degrees))) / std::sqrt(2 / (9 * degrees));
    return 0.5 * std::erfc(z / std::numbers::sqrt2);
  }
  double term = std::exp(-half);
  double sum = term;
  for (std::size_t i = 1; i < half_degrees; ++i) {
    term *= half / static_cast<double>(i);
    sum += term;
  }
  return std::min(sum, 1.0);
}

}  // namespace scop::bayes
