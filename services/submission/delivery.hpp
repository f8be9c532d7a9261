// One Pass to the signer, and what becomes of it where it breaks (docs/flow.md).
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>

#include "asio/task.hpp"
#include "submission/wiring.hpp"

namespace scop::submission {

// SHA-256 and size of a message as it goes by.
class Digest {
 public:
  Digest();
  void add(std::string_view octets);
  v1::Findings findings();  // ends it

 private:
  struct Freed {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Freed> context_;
  std::uint64_t size_ = 0;
};

class Delivery {
 public:
  Delivery(World& world, v1::Envelope envelope) : world_(world), envelope_(std::move(envelope)) {}

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
  World& world_;
  v1::Envelope envelope_;
  std::optional<pipe::Outgoing<v1::Part, v1::Receipt>> pass_;
  std::optional<Digest> digest_;
  bool last_part_given_ = false;
};

}  // namespace scop::submission
