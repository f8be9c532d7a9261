// The one thread that writes a database. Jobs from the io thread that wait together share one transaction and
// so one fsync (group commit); each stands in a SAVEPOINT of its own, so that one that fails does not spoil
// its neighbours. A job's coroutine goes on only after COMMIT is durable. A job may be run a second time,
// alone, where its group's transaction broke (disk full): it must have no effect but on the database, or one
// that may be repeated.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "asio/task.hpp"
#include "store/database.hpp"

namespace scop::store {

struct WriterLimits {
  std::size_t waiting = 8192;  // jobs; over it: ErrorKind::exhausted
  std::size_t group = 512;     // jobs in one transaction
};

struct WriterCounts {
  std::uint64_t jobs = 0;
  std::uint64_t transactions = 0;
};

class Writer {
 public:
  template <class T>
  using Job = std::function<Outcome<T>(Database&)>;

  Writer(asio::io_context& io, Database database, WriterLimits limits = {});
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  void start();  // the thread; inside the jail
  void stop();   // does what is waiting, then ends the thread; later jobs fail with ErrorKind::cancelled
  WriterCounts counts() const;

  template <class T = void>
  Task<Outcome<T>> write(std::type_identity_t<Job<T>> job) {
    auto call = std::make_unique<Call<T>>(std::move(job));
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
        [&](auto handler) {
          using Handler = decltype(handler);
          auto kept = std::make_shared<Handler>(std::move(handler));
          submit({call.get(), [kept] { std::move (*kept)(); }});
        },
        use_task);
    co_return std::move(call->result);
  }

 private:
  struct Waiting {
    Waiting() = default;
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    virtual ~Waiting() = default;
    virtual bool run(Database& database) = 0;  // false: to be rolled back
    virtual void fail(const Error& error) = 0;
  };
  struct Entry {
    Waiting* waiting = nullptr;    // lives in the frame of the coroutine that waits
    std::function<void()> resume;  // owns that frame; called on the io thread
  };
  template <class T>
  struct Call : Waiting {
    explicit Call(Job<T> j) : job(std::move(j)) {}
    bool run(Database& database) override {
      result = job(database);
      return result.has_value();
    }
    void fail(const Error& error) override { result = std::unexpected(error); }
    Job<T> job;
    Outcome<T> result = failure(ErrorKind::cancelled, "the writer has not run the job");
  };

  void submit(Entry entry);
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace scop::store
