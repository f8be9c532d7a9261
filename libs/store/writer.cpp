#include "store/writer.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace scop::store {

struct Writer::State : std::enable_shared_from_this<Writer::State> {
  State(asio::io_context& io_, Database database_, WriterLimits limits_)
      : io(io_), database(std::move(database_)), limits(limits_) {}

  asio::io_context& io;
  Database database;
  WriterLimits limits;
  std::thread thread;
  std::atomic<std::uint64_t> jobs = 0;
  std::atomic<std::uint64_t> transactions = 0;

  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::deque<Entry> queue;
  bool stopping = false;
  bool started = false;

  std::vector<Entry> take() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return stopping || !queue.empty(); });
    std::vector<Entry> group;
    while (!queue.empty() && group.size() < limits.group) {
      group.push_back(std::move(queue.front()));
      queue.pop_front();
    }
    return group;
  }

  void loop() {
    for (auto group = take(); !group.empty(); group = take()) {
      if (const auto error = perform(group)) {
        // The transaction as a whole broke: each job alone, so that those that still fit are done.
        for (const auto& entry : group) {
          if (group.size() == 1) {
            entry.waiting->fail(*error);
          } else if (const auto alone = perform({&entry, 1})) {
            entry.waiting->fail(*alone);
          }
        }
      }
      give_back(std::move(group));
    }
  }

  // nullopt: committed (jobs that failed by themselves have their own errors); else why nothing of it was.
  std::optional<Error> perform(std::span<const Entry> group) {
    ++transactions;
    jobs += group.size();
    if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return begun.error();
    std::optional<Error> error;
    for (const auto& entry : group) {
      error = perform_one(*entry.waiting, group.size() > 1);
      if (error) break;
    }
    if (!error) {
      auto committed = database.run("COMMIT");
      if (committed) return std::nullopt;
      error = committed.error();
    }
    if (database.in_transaction()) static_cast<void>(database.run("ROLLBACK"));
    return error;
  }

  std::optional<Error> perform_one(Waiting& job, bool in_savepoint) {
    if (in_savepoint) {
      if (auto begun = database.run("SAVEPOINT job"); !begun) return begun.error();
    }
    const bool done = job.run(database);
    if (!database.in_transaction()) return Error{ErrorKind::exhausted, "SQLite gave the transaction up"};
    if (in_savepoint) {
      if (!done) {
        if (auto undone = database.run("ROLLBACK TO job"); !undone) return undone.error();
      }
      if (auto released = database.run("RELEASE job"); !released) return released.error();
    } else if (!done) {
      // Alone in its transaction: nothing of it may be committed.
      if (auto undone = database.run("ROLLBACK"); !undone) return undone.error();
      if (auto begun = database.run("BEGIN"); !begun) return begun.error();
    }
    return std::nullopt;
  }

  void give_back(std::vector<Entry> group) {
    asio::post(io, [group = std::move(group)] {
      for (const auto& entry : group) entry.resume();
    });
  }
};

Writer::Writer(asio::io_context& io, Database database, WriterLimits limits)
    : state_(std::make_shared<State>(io, std::move(database), limits)) {}

Writer::~Writer() { stop(); }

void Writer::start() {
  state_->started = true;
  state_->thread = std::thread([state = state_.get()] { state->loop(); });
}

void Writer::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_all();
  if (state_->thread.joinable()) state_->thread.join();
}

WriterCounts Writer::counts() const { return {state_->jobs.load(), state_->transactions.load()}; }

void Writer::submit(Entry entry) {
  std::optional<Error> refused;
  bool first = false;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->stopping) {
      refused = Error{ErrorKind::cancelled, "the writer is stopping"};
    } else if (state_->queue.size() >= state_->limits.waiting) {
      refused = Error{ErrorKind::exhausted, "too many writes are waiting"};
    } else {
      first = state_->queue.empty();
      state_->queue.push_back(std::move(entry));
    }
  }
  if (refused) {
    entry.waiting->fail(*refused);
    std::vector<Entry> alone;
    alone.push_back(std::move(entry));
    state_->give_back(std::move(alone));
  } else if (first) {
    state_->changed.notify_one();
  }
}

}  // namespace scop::store
