#include "files/postman.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace scop::files {

namespace {

struct Letter {
  MaildirDelivery delivery;
  std::shared_ptr<Outcome<>> outcome;
  std::function<void()> resume;
};

}  // namespace

struct Postman::State {
  State(asio::io_context& io_, PostmanLimits limits_) : io(io_), limits(limits_) {}

  asio::io_context& io;
  PostmanLimits limits;
  std::vector<std::thread> threads;

  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::deque<Letter> queue;
  bool stopping = false;

  std::vector<Letter> take() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return stopping || !queue.empty(); });
    std::vector<Letter> batch;
    while (!queue.empty() && batch.size() < limits.batch) {
      batch.push_back(std::move(queue.front()));
      queue.pop_front();
    }
    return batch;
  }

  void loop() {
    for (auto batch = take(); !batch.empty(); batch = take()) {
      std::vector<MaildirDelivery> deliveries;
      deliveries.reserve(batch.size());
      for (auto& letter : batch) {
        settle_folder(letter.delivery);
        deliveries.push_back(std::move(letter.delivery));
      }
      auto outcomes = files::deliver(deliveries);
      for (std::size_t i = 0; i < batch.size(); ++i) *batch[i].outcome = std::move(outcomes[i]);
      asio::post(io, [batch = std::move(batch)] {
        for (const auto& letter : batch) letter.resume();
      });
    }
  }

  void submit(Letter letter) {
    bool refused = false;
    {
      const std::lock_guard lock(mutex);
      refused = stopping || queue.size() >= limits.waiting;
      if (!refused) queue.push_back(std::move(letter));
    }
    if (refused) {
      asio::post(io, std::move(letter.resume));
    } else {
      changed.notify_one();
    }
  }
};

Postman::Postman(asio::io_context& io, PostmanLimits limits) : state_(std::make_unique<State>(io, limits)) {}

Postman::~Postman() { stop(); }

void Postman::start() {
  for (std::size_t i = 0; i < state_->limits.threads; ++i) {
    state_->threads.emplace_back([state = state_.get()] { state->loop(); });
  }
}

void Postman::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_all();
  for (auto& thread : state_->threads) thread.join();
  state_->threads.clear();
}

Task<Outcome<>> Postman::deliver(MaildirDelivery delivery) {
  auto outcome =
      std::make_shared<Outcome<>>(failure(ErrorKind::exhausted, "too many deliveries are waiting"));
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
      [&](auto handler) {
        using Handler = decltype(handler);
        auto kept = std::make_shared<Handler>(std::move(handler));
        state_->submit({std::move(delivery), outcome, [kept] { std::move (*kept)(); }});
      },
      use_task);
  co_return std::move(*outcome);
}

}  // namespace scop::files
