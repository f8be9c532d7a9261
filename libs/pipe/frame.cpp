#include "pipe/frame.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ensure.hpp"

namespace scop::pipe {

namespace {

constexpr std::size_t reserve_at_most = 64U << 10U;  // a length that is only claimed costs no memory

}  // namespace

std::string frame_message(std::string_view message) {
  ENSURE(message.size() <= UINT32_MAX);
  std::string framed;
  framed.reserve(prefix_octets + message.size());
  framed += '\0';
  for (int shift = 24; shift >= 0; shift -= 8) framed += static_cast<char>(message.size() >> shift & 0xff);
  framed += message;
  return framed;
}

Result<> Deframer::begin_body() {
  if (head_[0] == '\1') return fail(Code::unimplemented, "compressed messages are not taken");
  if (head_[0] != '\0') return fail(Code::internal, "the message prefix has unknown flags");
  expected_ = 0;
  for (std::size_t i = 1; i < prefix_octets; ++i)
    expected_ = expected_ << 8U | static_cast<unsigned char>(head_[i]);
  head_.clear();
  if (expected_ > most_) {
    return fail(Code::resource_exhausted,
                fmt::format("a message of {} octets; at most {} are taken", expected_, most_));
  }
  body_.reserve(std::min(expected_, reserve_at_most));
  in_body_ = true;
  return {};
}

Result<> Deframer::feed(std::string_view octets, std::deque<std::string>& messages) {
  for (;;) {
    if (!in_body_) {
      const auto head = octets.substr(0, prefix_octets - head_.size());
      head_ += head;
      octets.remove_prefix(head.size());
      if (head_.size() < prefix_octets) return {};
      if (auto begun = begin_body(); !begun) return begun;
    }
    const auto part = octets.substr(0, expected_ - body_.size());
    body_ += part;
    octets.remove_prefix(part.size());
    if (body_.size() < expected_) return {};
    messages.push_back(std::move(body_));
    body_.clear();
    in_body_ = false;
  }
}

}  // namespace scop::pipe
