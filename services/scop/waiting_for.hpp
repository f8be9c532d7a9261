// A coroutine run to its end, for commands that do one thing after the other.
#pragma once

#include "asio/task.hpp"

namespace scop::command {

// `make`: Executor → Task<Outcome<T>>.
template <class T, class Make>
Outcome<T> waiting_for(Make make) {
  asio::io_context io(1);
  Outcome<T> outcome = failure(ErrorKind::cancelled, "it did not end");
  const auto run = [&]() -> Task<> { outcome = co_await make(io.get_executor()); };
  asio::co_spawn(io, run(), [](const std::exception_ptr&) {});
  io.run();
  return outcome;
}

}  // namespace scop::command
