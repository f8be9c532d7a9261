#include "line_counts/line_counts.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>

namespace scop::metrics {

namespace {

constexpr std::string_view other = "other";
constexpr std::array<std::string_view, 4> levels{"debug", "info", "warning", "error"};

std::string_view value_of(std::span<const LogPair> pairs, std::string_view key) {
  const auto found = std::ranges::find(pairs, key, &LogPair::key);
  return found == pairs.end() ? std::string_view{} : std::string_view(found->value);
}

bool has_class(std::string_view reply) { return reply.size() >= 3 && reply[0] >= '2' && reply[0] <= '5'; }

std::string label_of(const LineLabel& label, std::string_view value) {
  if (label.as == As::reply_class)
    return has_class(value) ? std::string(1, value[0]) + "xx" : std::string(value);
  if (label.as == As::presence) return value.empty() ? "no" : "yes";
  if (label.as == As::first_word) value = value.substr(0, value.find(' '));
  return std::string(value);
}

// All values that the label can have.
std::vector<std::string> values_of(const LineLabel& label) {
  auto values = label.values;
  if (label.as == As::reply_class) values.insert(values.end(), {"2xx", "3xx", "4xx", "5xx"});
  if (label.as == As::presence) values.insert(values.end(), {"yes", "no"});
  return values;
}

// From a millisecond to five minutes.
std::vector<double> time_bounds() {
  return {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300};
}

}  // namespace

struct LineCounts::State {
  struct Counting {
    LineRule rule;
    std::vector<std::vector<std::string>> known;  // values of each label
  };

  mutable std::mutex mutex;  // guards all
  Registry registry;
  std::multimap<std::string, Counting, std::less<>> rules;
  std::array<Counter*, levels.size()> by_level{};

  Labels labels_of(const Counting& counting, std::span<const LogPair> pairs) const;
  void add(const Counting& counting, Labels labels, std::uint64_t more) {
    registry.counter(counting.rule.counter, counting.rule.help, std::move(labels)).add(more);
  }
  Histogram& took(const LineRule& rule) {
    return registry.histogram(rule.histogram, rule.histogram_help, time_bounds(), rule.fixed);
  }
  void prepare(const Counting& counting);
};

Labels LineCounts::State::labels_of(const Counting& counting, std::span<const LogPair> pairs) const {
  auto labels = counting.rule.fixed;
  for (std::size_t i = 0; i < counting.known.size(); ++i) {
    const auto& label = counting.rule.labels[i];
    auto value = label_of(label, value_of(pairs, label.key));
    if (std::ranges::find(counting.known[i], value) == counting.known[i].end()) value = other;
    labels.emplace_back(label.key, std::move(value));
  }
  return labels;
}

void LineCounts::State::prepare(const Counting& counting) {
  if (!counting.rule.histogram.empty()) took(counting.rule);
  if (counting.rule.counter.empty() || counting.known.size() > 1) return;
  if (counting.known.empty()) return add(counting, counting.rule.fixed, 0);
  for (const auto& value : counting.known.front()) {
    auto labels = counting.rule.fixed;
    labels.emplace_back(counting.rule.labels.front().key, value);
    add(counting, std::move(labels), 0);
  }
}

LineCounts::LineCounts(std::vector<LineRule> rules) : state_(std::make_unique<State>()) {
  for (std::size_t i = 0; i < levels.size(); ++i)
    state_->by_level.at(i) = &state_->registry.counter(
        "scop_log_lines_total", "lines of the daemon's log, by level, dropped ones too",
        {{"level", std::string(levels.at(i))}});
  for (auto& rule : rules) {
    State::Counting counting{.rule = std::move(rule), .known = {}};
    for (const auto& label : counting.rule.labels) counting.known.push_back(values_of(label));
    state_->prepare(counting);
    const std::string message(counting.rule.message);
    state_->rules.emplace(message, std::move(counting));
  }
}

LineCounts::~LineCounts() = default;

void LineCounts::note(LogLevel level, std::string_view message, std::span<const LogPair> pairs) {
  const std::lock_guard lock(state_->mutex);
  state_->by_level.at(static_cast<std::size_t>(level))->add();
  const auto [first, last] = state_->rules.equal_range(message);
  for (auto at = first; at != last; ++at) {
    const auto& counting = at->second;
    if (!counting.rule.counter.empty()) state_->add(counting, state_->labels_of(counting, pairs), 1);
    if (counting.rule.histogram.empty()) continue;
    const std::string text(value_of(pairs, "took_ms"));
    const double milliseconds = text.empty() ? -1 : std::strtod(text.c_str(), nullptr);
    if (milliseconds >= 0) state_->took(counting.rule).observe(milliseconds / 1000);
  }
}

std::vector<Family> LineCounts::snapshot() const {
  const std::lock_guard lock(state_->mutex);
  return state_->registry.snapshot();
}

}  // namespace scop::metrics
