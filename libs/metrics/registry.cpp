#include "metrics/registry.hpp"

#include <algorithm>

#include "core/ensure.hpp"

namespace scop::metrics {

namespace {

std::string text_of(double bound) {
  auto text = std::to_string(bound);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

Labels with(Labels labels, std::string name, std::string value) {
  labels.emplace_back(std::move(name), std::move(value));
  return labels;
}

void add_samples(Family& family, const Labels& labels, const Histogram& histogram) {
  std::uint64_t so_far = 0;
  for (std::size_t at = 0; at < histogram.counts().size(); ++at) {
    so_far += histogram.counts()[at];
    const bool is_last = at == histogram.bounds().size();
    family.samples.push_back({"_bucket",
                              with(labels, "le", is_last ? "+Inf" : text_of(histogram.bounds()[at])),
                              static_cast<double>(so_far)});
  }
  family.samples.push_back({"_sum", labels, histogram.sum()});
  family.samples.push_back({"_count", labels, static_cast<double>(so_far)});
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds) : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {
  ENSURE(std::ranges::is_sorted(bounds_));
}

void Histogram::observe(double value) {
  const auto at = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  ++counts_[static_cast<std::size_t>(at)];
  sum_ += value;
}

Registry::Group& Registry::group(std::string_view name, std::string_view help, Kind kind) {
  const auto found =
      std::ranges::find_if(groups_, [&](const std::unique_ptr<Group>& each) { return each->name == name; });
  if (found != groups_.end()) {
    ENSURE((*found)->kind == kind);
    return **found;
  }
  groups_.push_back(std::make_unique<Group>(Group{std::string(name), std::string(help), kind, {}}));
  return *groups_.back();
}

Registry::Metric& Registry::metric(Group& group, Labels labels) {
  const auto found = std::ranges::find(group.metrics, labels, &Metric::labels);
  if (found != group.metrics.end()) return *found;
  return group.metrics.emplace_back(Metric{std::move(labels), nullptr, nullptr, nullptr});
}

Counter& Registry::counter(std::string_view name, std::string_view help, Labels labels) {
  auto& chosen = metric(group(name, help, Kind::counter), std::move(labels));
  if (!chosen.counter) chosen.counter = std::make_unique<Counter>();
  return *chosen.counter;
}

Histogram& Registry::histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                               Labels labels) {
  auto& chosen = metric(group(name, help, Kind::histogram), std::move(labels));
  if (!chosen.histogram) chosen.histogram = std::make_unique<Histogram>(std::move(bounds));
  return *chosen.histogram;
}

void Registry::gauge(std::string_view name, std::string_view help, std::function<double()> value,
                     Labels labels) {
  metric(group(name, help, Kind::gauge), std::move(labels)).gauge = std::move(value);
}

std::vector<Family> Registry::snapshot() const {
  std::vector<Family> families;
  for (const auto& group : groups_) {
    auto& family = families.emplace_back(Family{group->name, group->help, group->kind, {}});
    for (const auto& each : group->metrics) {
      if (each.counter)
        family.samples.push_back({"", each.labels, static_cast<double>(each.counter->value())});
      if (each.gauge) family.samples.push_back({"", each.labels, each.gauge()});
      if (each.histogram) add_samples(family, each.labels, *each.histogram);
    }
  }
  return families;
}

}  // namespace scop::metrics
