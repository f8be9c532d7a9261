// The message octets of one Attempt as they arrive from the relay. They are read when the next hop wants
// them: until then HTTP/2's window holds the first 256 KiB back, and the relay behind it.
#pragma once

#include <optional>
#include <string>

#include "pipe/server.hpp"

namespace scop::courier {

class Body {
 public:
  explicit Body(pipe::Incoming<v1::AttemptPart>& parts) : parts_(parts) {}

  // The first part, which must be the envelope.
  Task<pipe::Result<v1::AttemptEnvelope>> envelope();
  // The next octets; nullopt behind the part that says `end`. Without that part it fails, and nothing may be
  // committed.
  Task<pipe::Result<std::optional<std::string>>> next();

 private:
  Task<pipe::Result<v1::AttemptPart>> part();
  pipe::Incoming<v1::AttemptPart>& parts_;
  bool ended_ = false;
};

}  // namespace scop::courier
