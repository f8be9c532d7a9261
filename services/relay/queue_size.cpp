#include "queue_size.hpp"

#include <algorithm>

namespace scop::relay {

namespace {

constexpr std::chrono::seconds often{10};
constexpr int share = 50;  // of the time, at most one part in so many is spent counting

Outcome<QueueFigures> figures_of(store::Database& database) {
  QueueFigures found;
  auto messages = database.query(
      "SELECT count(*), ifnull(sum(held), 0), ifnull(sum(size), 0), min(CASE WHEN held THEN NULL ELSE "
      "received END), "
      "(SELECT count(*) FROM recipient WHERE state = 0) FROM message");
  if (!messages) return std::unexpected(std::move(messages.error()));
  if (auto row = messages->next(); !row) return std::unexpected(std::move(row.error()));
  found.messages = messages->integer(0);
  found.held = messages->integer(1);
  found.octets = messages->integer(2);
  found.oldest = messages->time(3);
  found.recipients = messages->integer(4);
  return found;
}

}  // namespace

void QueueSize::start() { asio::co_spawn(io_, loop(), asio::detached); }

void QueueSize::stop() {
  stopping_ = true;
  wake_.cancel();
}

double QueueSize::oldest_age() const {
  if (figures_.oldest == Time{}) return 0;
  return std::max(0.0, std::chrono::duration<double>(now() - figures_.oldest).count());
}

Task<> QueueSize::loop() {
  while (!stopping_) {
    const auto began = std::chrono::steady_clock::now();
    const auto counted =
        co_await writer_.write<QueueFigures>([](store::Database& database) { return figures_of(database); });
    if (counted) {
      figures_ = *counted;
    } else if (!stopping_) {
      log_.warning("the queue could not be counted", {{"why", counted.error().what}});
    }
    const auto took = std::chrono::steady_clock::now() - began;
    wake_.expires_after(std::max<std::chrono::steady_clock::duration>(often, took * share));
    boost::system::error_code error;
    co_await wake_.async_wait(asio::redirect_error(use_task, error));
  }
}

}  // namespace scop::relay
