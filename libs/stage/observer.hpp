// What one stage does with one message (docs/flow.md). carry() performs the Pass: it calls these in order,
// forwards the octets as they come (cut-through), and what finish() gives travels behind them.
//   envelope ──▶ data* ──▶ finish
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "asio/task.hpp"
#include "scop/v1/stage.pb.h"
#include "stage/ending.hpp"

namespace scop::stage {

class Observer {
 public:
  virtual ~Observer() = default;

  // The envelope as the next stage gets it, or why the message ends here.
  virtual Task<Stepped<v1::Envelope>> envelope(v1::Envelope envelope) = 0;
  // A chunk of the message's octets, which are forwarded as they are.
  virtual Task<Stepped<>> data(std::string_view chunk) = 0;
  // The stream has ended behind these Findings, which match its octets. What to forward: with this stage's
  // own fields, verdicts and dispositions. A refusal here leaves nothing behind at any stage.
  virtual Task<Stepped<v1::Findings>> finish(v1::Findings findings) = 0;

  // For the one log line of the pass: "spam" → "0.98".
  virtual std::vector<std::pair<std::string_view, std::string>> notes() const { return {}; }
};

}  // namespace scop::stage
