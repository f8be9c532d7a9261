// gRPC's Length-Prefixed-Message (gRPC over HTTP/2, "Requests"): one octet of flags, four of length, the
// message. Uncompressed messages only. Never a socket.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "pipe/status.hpp"

namespace scop::pipe {

inline constexpr std::size_t prefix_octets = 5;

// Prefix and message. The message is below 4 GiB.
std::string frame_message(std::string_view message);

// Cuts a stream of octets back into messages.
class Deframer {
 public:
  explicit Deframer(std::size_t most) : most_(most) {}
  // A compressed message: unimplemented; one over `most`: resource_exhausted. After an error nothing more is
  // taken.
  Result<> feed(std::string_view octets, std::deque<std::string>& messages);
  bool between_messages() const { return head_.empty() && !in_body_; }

 private:
  Result<> begin_body();
  std::size_t most_;
  std::string head_;  // of the prefix, what has come
  std::string body_;
  std::size_t expected_ = 0;
  bool in_body_ = false;
};

}  // namespace scop::pipe
