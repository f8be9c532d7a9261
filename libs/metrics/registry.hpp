// What a daemon counts. A metric is registered once, at start, and then only added to; a snapshot is what the
// Prometheus text format (version 0.0.4) would say. Not for several threads: a daemon counts on its loop.
// Labels have few values, all known to the program: never an address, a name or anything a peer chooses.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scop::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  void add(std::uint64_t more = 1) { value_ += more; }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

// Cumulative buckets over fixed upper bounds.
class Histogram {
 public:
  explicit Histogram(std::vector<double> bounds);
  void observe(double value);

  const std::vector<double>& bounds() const { return bounds_; }
  const std::vector<std::uint64_t>& counts() const { return counts_; }  // one more than bounds: the rest
  double sum() const { return sum_; }

 private:
  std::vector<double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};

enum class Kind { counter, gauge, histogram };

struct Sample {
  std::string suffix;
  Labels labels;
  double value = 0;
};

struct Family {
  std::string name;
  std::string help;
  Kind kind = Kind::counter;
  std::vector<Sample> samples;
};

class Registry {
 public:
  // Names end in "_total" for counters, in their unit for the others ("_seconds", "_octets"). The same name
  // and labels give the same object again; references hold as long as the registry.
  Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                       Labels labels = {});
  // Asked when a snapshot is taken.
  void gauge(std::string_view name, std::string_view help, std::function<double()> value, Labels labels = {});

  std::vector<Family> snapshot() const;

 private:
  struct Metric {
    Labels labels;
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Histogram> histogram;
    std::function<double()> gauge;
  };
  struct Group {
    std::string name;
    std::string help;
    Kind kind;
    std::vector<Metric> metrics;
  };

  Group& group(std::string_view name, std::string_view help, Kind kind);
  static Metric& metric(Group& group, Labels labels);

  std::vector<std::unique_ptr<Group>> groups_;
};

}  // namespace scop::metrics
