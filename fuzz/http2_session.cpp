// Caller and callee of a pipe, joined: calls with messages of any sizes, cut anywhere on the way, cancelled
// and refused as the input says. What was written arrives, in order and once; every call that is not
// cancelled ends with one answer; nothing is left behind.
//   an operation is two octets: what, and an argument
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/ensure.hpp"
#include "pipe/client_session.hpp"
#include "pipe/server_session.hpp"
#include "pipe/trace_context.hpp"

using namespace scop;
using pipe::ClientSession;
using pipe::ServerSession;
using pipe::trace_id_of;

namespace {

constexpr std::string_view trace_id = "0123456789abcdef0123456789abcdef";

struct Call {
  std::vector<std::string> written;
  std::vector<std::string> arrived;
  bool ended = false;
  bool cancelled = false;
  bool refused = false;
  unsigned replies = 0;
};

class Joined {
 public:
  void operate(unsigned what, unsigned argument) {
    switch (what % 8U) {
      case 0:
        if (const auto stream = caller_.open("a.b/C", std::chrono::seconds(1 + argument), trace_id);
            stream > 0) {
          calls_[stream];
          latest_ = stream;
        }
        return;
      case 1:
      case 2:
        return write(std::string(argument * (what % 8U == 1 ? 1U : 97U), static_cast<char>(what)));
      case 3:
        if (auto* call = at(argument); call != nullptr) {
          caller_.end(chosen_);
          call->ended = true;
        }
        return;
      case 4:
        if (auto* call = at(argument); call != nullptr) {
          caller_.cancel(chosen_);
          call->cancelled = true;
        }
        return;
      case 5:
        piece_ = argument + 1U;
        return;
      case 6:
        stalls_ = (argument & 1U) != 0;
        if (!stalls_) take_all();
        return;
      default:
        carry();
        return;
    }
  }

  void finish() {
    stalls_ = false;
    take_all();
    for (auto& [stream, call] : calls_) {
      if (!call.cancelled) caller_.end(stream);
    }
    for (int i = 0; i < 2'000; ++i) {
      if (!carry()) break;
    }
    for (const auto& [stream, call] : calls_) check(call);
    ENSURE(caller_.open_streams() == 0 && callee_.open_streams() == 0);
  }

 private:
  Call* at(unsigned argument) {
    if (calls_.empty()) return nullptr;
    auto call = calls_.begin();
    std::advance(call, static_cast<std::ptrdiff_t>(argument % calls_.size()));
    chosen_ = call->first;
    return call->second.ended || call->second.cancelled ? nullptr : &call->second;
  }
  void write(std::string message) {
    const auto call = calls_.find(latest_);
    if (call == calls_.end() || call->second.ended || call->second.cancelled) return;
    caller_.write(latest_, message);
    call->second.written.push_back(std::move(message));
  }
  void check(const Call& call) const {
    ENSURE(call.arrived.size() <= call.written.size());
    for (std::size_t i = 0; i < call.arrived.size(); ++i) ENSURE(call.arrived[i] == call.written[i]);
    if (call.cancelled) return;
    ENSURE(call.replies == 1);
    if (!call.refused) ENSURE(call.arrived == call.written);
  }

  // Octets each way, once; false where there were none.
  bool carry() {
    std::string there;
    std::string back;
    ENSURE(caller_.send(there, 1U << 16U));
    feed(callee_, there);
    for (auto& event : callee_.take_events()) std::visit([this](auto& happened) { hear(happened); }, event);
    ENSURE(callee_.send(back, 1U << 16U));
    feed(caller_, back);
    for (auto& event : caller_.take_events()) {
      if (const auto* replied = std::get_if<ClientSession::Replied>(&event))
        ++calls_.at(replied->stream).replies;
    }
    return !there.empty() || !back.empty();
  }
  template <class Session>
  void feed(Session& session, std::string_view octets) const {
    for (; !octets.empty(); octets.remove_prefix(std::min(piece_, octets.size())))
      ENSURE(session.receive(octets.substr(0, piece_)));
  }

  void hear(ServerSession::Began& began) {
    ENSURE(began.method == "a.b/C" && began.timeout && trace_id_of(began.trace) == trace_id);
    if (began.stream % 16 == 5) {
      callee_.refuse(began.stream);
      calls_.at(began.stream).refused = true;
    } else if (!stalls_) {
      callee_.hungry(began.stream);
    } else {
      waiting_.push_back({began.stream, 0});
    }
  }
  void hear(ServerSession::Message& message) {
    auto& call = calls_.at(message.stream);
    call.arrived.push_back(message.octets);
    waiting_.push_back({message.stream, message.octets.size()});
    if (!stalls_) take_all();
  }
  void hear(ServerSession::Ended& ended) { callee_.respond(ended.stream, std::string("answer")); }
  void hear(ServerSession::Gone&) {}
  void take_all() {
    for (const auto& [stream, octets] : waiting_) {
      if (octets > 0) callee_.taken(stream, octets);
      callee_.hungry(stream);
    }
    waiting_.clear();
  }

  ClientSession caller_{"relay", 1U << 20U};
  ServerSession callee_{{.streams = 8, .stream_window = 65'535, .message_octets = 1U << 20U}};
  std::map<std::int32_t, Call> calls_;
  std::vector<std::pair<std::int32_t, std::size_t>> waiting_;
  std::int32_t latest_ = 0;
  std::int32_t chosen_ = 0;
  std::size_t piece_ = 1U << 16U;
  bool stalls_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 400) return 0;
  const std::basic_string_view<std::uint8_t> octets(data, size);
  Joined joined;
  for (std::size_t at = 0; at + 1 < size; at += 2) joined.operate(octets[at], octets[at + 1]);
  joined.finish();
  return 0;
}
