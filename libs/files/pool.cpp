#include "files/pool.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace scop::files {

struct Pool::State {
  State(asio::io_context& io_, std::size_t threads_, std::size_t waiting_)
      : io(io_), size(threads_), waiting(waiting_) {}

  asio::io_context& io;
  std::size_t size;
  std::size_t waiting;
  std::vector<std::thread> threads;

  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::deque<Work> queue;
  bool stopping = false;

  void loop() {
    for (;;) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return stopping || !queue.empty(); });
      if (queue.empty()) return;
      Work work = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      work.job();
      asio::post(io, std::move(work.resume));
    }
  }
};

Pool::Pool(asio::io_context& io, std::size_t threads, std::size_t waiting)
    : state_(std::make_unique<State>(io, threads, waiting)) {}

Pool::~Pool() { stop(); }

void Pool::start() {
  for (std::size_t i = 0; i < state_->size; ++i)
    state_->threads.emplace_back([state = state_.get()] { state->loop(); });
}

void Pool::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_all();
  for (auto& thread : state_->threads) thread.join();
  state_->threads.clear();
}

void Pool::submit(Work work) {
  bool refused = false;
  {
    const std::lock_guard lock(state_->mutex);
    refused = state_->stopping || state_->queue.size() >= state_->waiting;
    if (!refused) state_->queue.push_back(std::move(work));
  }
  if (refused) {
    asio::post(state_->io, std::move(work.resume));
  } else {
    state_->changed.notify_one();
  }
}

}  // namespace scop::files
