// A task that runs beside who started it, and is asked for its result later. Whoever goes without asking
// leaves it to its end.
#pragma once

#include <memory>
#include <optional>

#include "asio/task.hpp"

namespace scop::courier {

template <class T>
class Beside {
 public:
  Beside(asio::io_context& io, Task<T> task) : state_(std::make_shared<State>(io)) {
    asio::co_spawn(io, run(state_, std::move(task)), asio::detached);
  }

  // nullopt: not done by the deadline.
  Task<std::optional<T>> result(Deadline deadline) {
    const auto state = state_;
    if (!state->value) {
      state->done.expires_at(deadline);
      boost::system::error_code ignored;
      co_await state->done.async_wait(asio::redirect_error(use_task, ignored));
    }
    co_return std::move(state->value);
  }

 private:
  struct State {
    explicit State(asio::io_context& io) : done(io, Deadline::max()) {}
    std::optional<T> value;
    Timer done;
  };
  static Task<> run(std::shared_ptr<State> state, Task<T> task) {
    state->value = co_await std::move(task);
    state->done.cancel();
  }
  std::shared_ptr<State> state_;
};

}  // namespace scop::courier
