// A few threads for file work that may block (fsync): a coroutine hands a job over and goes on, on the io
// thread, with its result. Bounded; floor-3 code must not fsync anywhere else but here and in the store's
// writer.
#pragma once

#include <functional>
#include <memory>
#include <type_traits>

#include "asio/task.hpp"

namespace scop::files {

class Pool {
 public:
  Pool(asio::io_context& io, std::size_t threads, std::size_t waiting = 1024);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  void start();  // inside the jail
  void stop();   // does what is waiting, ends the threads

  template <class T>
  Task<Outcome<T>> run(std::type_identity_t<std::function<Outcome<T>()>> job) {
    auto result =
        std::make_shared<Outcome<T>>(failure(ErrorKind::exhausted, "too much file work is waiting"));
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
        [&](auto handler) {
          using Handler = decltype(handler);
          auto kept = std::make_shared<Handler>(std::move(handler));
          submit({[result, job = std::move(job)] { *result = job(); }, [kept] { std::move (*kept)(); }});
        },
        use_task);
    co_return std::move(*result);
  }

 private:
  struct Work {
    std::function<void()> job;     // on a thread of the pool
    std::function<void()> resume;  // on the io thread
  };
  void submit(Work work);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scop::files
