#include "pipe/gate.hpp"

#include "core/ensure.hpp"

namespace scop::pipe {

Task<bool> Gate::wait(Deadline deadline) {
  ENSURE(!waiter_);
  if (!notified_) {
    alarm_.set(deadline, [this] { wake(); });
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
        [this](auto handler) { waiter_ = std::move(handler); }, use_task);
    alarm_.clear();
  }
  co_return std::exchange(notified_, false);
}

void Gate::notify() {
  notified_ = true;
  wake();
}

void Gate::wake() {
  if (!waiter_) return;
  asio::post(executor_, std::exchange(waiter_, nullptr));
}

}  // namespace scop::pipe
