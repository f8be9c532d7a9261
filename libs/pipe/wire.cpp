#include "pipe/wire.hpp"

namespace scop::pipe {

namespace {

constexpr std::size_t read_octets = 16U << 10U;
constexpr std::size_t write_octets = 64U << 10U;
constexpr std::size_t kept_octets = 16U << 10U;  // of an idle wire's buffer
constexpr std::chrono::seconds write_stall{60};  // a peer that takes nothing for so long is dead

}  // namespace

void Wire::start(std::shared_ptr<WireEnd> end) {
  const auto executor = work_.executor();
  asio::co_spawn(executor, read(shared_from_this(), end), asio::detached);
  asio::co_spawn(executor, write(shared_from_this(), std::move(end)), asio::detached);
}

void Wire::close(Error why) {
  if (std::exchange(closed_, true)) return;
  why_ = std::move(why);
  stream_.close();
  work_.notify();
}

Task<> Wire::read(std::shared_ptr<Wire> self, std::shared_ptr<WireEnd> end) {
  std::string buffer(read_octets, '\0');
  while (!self->closed_) {
    // Waiting first saves the read(2) that would find nothing: after a batch there is rarely more.
    if (auto ready = co_await self->stream_.wait_readable(Deadline::max()); !ready) {
      self->close(std::move(ready.error()));
      break;
    }
    auto count = co_await self->stream_.read_some(buffer, Deadline::max());
    if (!count) {
      self->close(std::move(count.error()));
      break;
    }
    if (auto taken = end->received(std::string_view(buffer).substr(0, *count)); !taken) {
      self->close(std::move(taken.error()));
    }
    self->flush();
  }
  end->ended(self->why_);
}

Task<> Wire::write(std::shared_ptr<Wire> self, std::shared_ptr<WireEnd> end) {
  std::string out;
  while (!self->closed_) {
    out.clear();
    if (auto filled = end->fill(out, write_octets); !filled) {
      self->close(std::move(filled.error()));
      break;
    }
    if (!out.empty()) {
      auto written = co_await self->stream_.write(out, in(write_stall));
      if (!written) self->close(std::move(written.error()));
      continue;
    }
    if (end->finished()) {
      self->close({ErrorKind::closed, "the connection has ended"});
      break;
    }
    if (out.capacity() > kept_octets) std::string().swap(out);
    co_await self->work_.wait(Deadline::max());
  }
}

}  // namespace scop::pipe
