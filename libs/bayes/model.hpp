// The constants of the model and the opinions that a score is made of. Chosen by measurement on one half
// of a public corpus (tests/bench/spam/README.md). Private to bayes.
#pragma once

#include <array>
#include <span>

#include "bayes/classify.hpp"

namespace scop::bayes {

inline constexpr double weight_unit = 1.0 / (1U << 20U);
using Opinions = std::array<double, groups>;  // by group
inline constexpr Opinions learning_rates{15, 8, 15};
inline constexpr double least_correction = 0.05;  // an error of probability below it teaches nothing

// Robinson's f(w) (2003): belief in the prior, and how far from 0.5 a feature must be to count.
inline constexpr double prior_strength = 0.05;
inline constexpr double prior = 0.5;
inline constexpr double least_deviation = 0.46;
inline constexpr double chi_square_share = 2;
inline constexpr double certainty = 1e-6;  // chi-square's verdict is no surer than that
inline constexpr double temperature = 3;   // the sum of all opinions is divided by it

using Tables = std::span<const Table* const>;

// log-odds of spam by the weights learned from corrections: in each group a logistic regression over the
// message's features, scaled by the root of their number. One's own table comes on top of those it is given.
Opinions weighed(const Features& features, Tables tables, const Table* own = nullptr);

// One by the root of each group's number of features; 0 where it has none.
Opinions scales_of(const Features& features);

constexpr std::size_t index_of(Group group) { return static_cast<std::size_t>(group); }

// Probability that the feature is seen in spam rather than in ham; 0.5 where no table knows it.
double probability(Key key, Tables tables, bool& known);

double logistic(double log_odds);

// Probability that a chi-square of 2 * `half_degrees` degrees of freedom is at least `value`.
double chi_square_tail(double value, std::size_t half_degrees);

}  // namespace scop::bayes
