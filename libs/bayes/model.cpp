#include "bayes/model.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace scop::bayes {

double logistic(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

Opinions weighed(const Features& features, Tables tables, const Table* own) {
  std::array<std::int64_t, groups> sums{};
  const auto add = [&](const Table& table) {
    if (table.size() == 0) return;
    for (const auto& feature : features.list) {
      if (const auto* counts = table.find(feature.key)) sums.at(index_of(feature.group)) += counts->weight;
    }
  };
  for (const auto* table : tables) add(*table);
  if (own != nullptr) add(*own);
  const auto scales = scales_of(features);
  Opinions opinions{};
  for (std::size_t i = 0; i < groups; ++i)
    opinions.at(i) = static_cast<double>(sums.at(i)) * weight_unit * scales.at(i);
  return opinions;
}

Opinions scales_of(const Features& features) {
  std::array<std::size_t, groups> sizes{};
  for (const auto& feature : features.list) ++sizes.at(index_of(feature.group));
  Opinions scales{};
  for (std::size_t i = 0; i < groups; ++i)
    scales.at(i) = sizes.at(i) == 0 ? 0 : 1 / std::sqrt(static_cast<double>(sizes.at(i)));
  return scales;
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
