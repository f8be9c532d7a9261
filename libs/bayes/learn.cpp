#include "bayes/learn.hpp"

#include <algorithm>
#include <cmath>

#include "bayes/model.hpp"

namespace scop::bayes {

namespace {

void change(std::uint32_t& count, std::int64_t by) {
  count = static_cast<std::uint32_t>(std::clamp<std::int64_t>(std::int64_t{count} + by, 0, UINT32_MAX));
}

void change(std::int32_t& weight, std::int64_t by) {
  weight =
      static_cast<std::int32_t>(std::clamp<std::int64_t>(std::int64_t{weight} + by, INT32_MIN, INT32_MAX));
}

}  // namespace

Steps plan_steps(const Features& features, std::span<const Table* const> under, const Table& table,
                 bool spam) {
  const auto opinions = weighed(features, under, &table);
  const auto scales = scales_of(features);
  Steps steps{};
  for (std::size_t i = 0; i < groups; ++i) {
    const double error = (spam ? 1 : 0) - logistic(opinions.at(i));
    if (std::abs(error) < least_correction) continue;
    const double step = learning_rates.at(i) * error * scales.at(i);
    steps.at(i) = static_cast<std::int32_t>(std::lround(step / weight_unit));
  }
  return steps;
}

void apply(Table& table, const Features& features, const Lesson& lesson, Day today) {
  change(lesson.spam ? table.totals.spam : table.totals.ham, 1);
  for (const auto& feature : features.list) {
    auto& counts = table.at(feature.key);
    change(lesson.spam ? counts.spam : counts.ham, 1);
    change(counts.weight, lesson.steps.at(index_of(feature.group)));
    counts.day = std::max(counts.day, today);
  }
}

void add_steps(Table& table, const Features& features, const Steps& steps) {
  for (const auto& feature : features.list)
    change(table.at(feature.key).weight, steps.at(index_of(feature.group)));
}

void undo(Table& table, const Features& features, const Lesson& lesson) {
  change(lesson.spam ? table.totals.spam : table.totals.ham, -1);
  for (const auto& feature : features.list) {
    const auto* known = table.find(feature.key);
    if (known == nullptr) continue;
    auto counts = *known;
    change(lesson.spam ? counts.spam : counts.ham, -1);
    change(counts.weight, -std::int64_t{lesson.steps.at(index_of(feature.group))});
    // Nobody has it any more: what is left of its weight belongs to messages whose counts were forgotten.
    if (counts.ham == 0 && counts.spam == 0) counts = {};
    table.set(feature.key, counts);
  }
}

std::vector<Key> forget(Table& table, Day oldest) {
  std::vector<Key> gone;
  std::vector<std::pair<std::uint64_t, Key>> kept;  // rarest and oldest first
  table.for_each([&](const Entry& entry) {
    const auto& counts = entry.counts;
    if (counts.day < oldest) {
      gone.push_back(entry.key);
    } else {
      const auto seen = std::min<std::uint64_t>(std::uint64_t{counts.ham} + counts.spam, 15);
      kept.emplace_back(seen << 16U | counts.day, entry.key);
    }
  });
  if (kept.size() > table.most()) {
    // A tenth more than it must: so that the next message does not find it full again.
    const auto surplus = std::min(kept.size(), kept.size() - table.most() + table.most() / 10);
    std::ranges::nth_element(kept, kept.begin() + static_cast<std::ptrdiff_t>(surplus));
    for (std::size_t i = 0; i < surplus; ++i) gone.push_back(kept[i].second);
  }
  for (const auto key : gone) table.erase(key);
  return gone;
}

}  // namespace scop::bayes
