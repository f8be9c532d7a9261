// One Pass to the next stage, and what becomes of it where it breaks (docs/flow.md).
#pragma once

#include <optional>
#include <string>

#include "asio/task.hpp"
#include "pipe/channel.hpp"
#include "pipe/method.hpp"
#include "stage/digest.hpp"

namespace scop::edge {

class Delivery {
 public:
  // `trace`: a traceparent, of what the edge does with this message.
  Delivery(pipe::Channel& next, v1::Envelope envelope, std::string trace)
      : next_(next), envelope_(std::move(envelope)), trace_(std::move(trace)) {}

  // Opens the Pass and sends the envelope.
  Task<pipe::Result<>> begin(Deadline deadline);
  Task<pipe::Result<>> send(std::string_view octets);
  // The last Part and the receipt.
  Task<pipe::Result<v1::Receipt>> finish(Deadline deadline);
  // A message held whole: all of the above.
  Task<pipe::Result<v1::Receipt>> send_whole(std::string_view message, Deadline deadline);
  // After an error of send(): how the callee ended the call. Without a last Part nothing can be committed.
  Task<pipe::Result<v1::Receipt>> give_up();

  // Whether the last Part was given away: only then the message can be committed.
  bool may_be_committed() const { return last_part_given_; }
  // Asks down the chain until it knows; nullopt where it does not until the deadline.
  Task<std::optional<v1::OutcomeAnswer>> ask_outcome(Deadline deadline);

 private:
  pipe::Channel& next_;
  v1::Envelope envelope_;
  std::string trace_;
  std::optional<pipe::Outgoing<v1::Part, v1::Receipt>> pass_;
  std::optional<stage::Digest> digest_;
  bool last_part_given_ = false;
};

}  // namespace scop::edge
