// The daemon's log, counted: a transaction says one line with a constant message, and a rule says what such a
// line is to a counter. So log and metrics cannot disagree. Lines are counted whatever the log's level drops.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "log/log.hpp"
#include "metrics/registry.hpp"

namespace scop::metrics {

// How a line's value becomes a label's: as it is, its first word, the class of the reply that it begins with
// ("2xx"), or whether there is one ("yes", "no").
enum class As { value, first_word, reply_class, presence };

struct LineLabel {
  std::string_view key;                  // of the line, and of the label
  std::vector<std::string> values = {};  // any other value is "other"
  As as = As::value;
};

struct LineRule {
  std::string_view message;  // of the line, exactly
  std::string counter;       // "scop_relay_results_total"; empty: none
  std::string help;
  Labels fixed = {};
  std::vector<LineLabel> labels = {};
  std::string histogram = {};  // name; of the line's took_ms, in seconds
  std::string histogram_help = {};
};

// Lines may come from several threads.
class LineCounts {
 public:
  // The first label's values stand at 0 from the start: a rate needs a beginning.
  explicit LineCounts(std::vector<LineRule> rules);
  ~LineCounts();
  LineCounts(const LineCounts&) = delete;
  LineCounts& operator=(const LineCounts&) = delete;

  void note(LogLevel level, std::string_view message, std::span<const LogPair> pairs);
  std::vector<Family> snapshot() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scop::metrics
