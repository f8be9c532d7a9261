// The courier's connections: so many in all, and those that wait some seconds for their next transaction.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <string>

#include "asio/task.hpp"
#include "courier/connection.hpp"

namespace scop::courier {

class Pool {
 public:
  Pool(asio::io_context& io, std::size_t most, std::chrono::milliseconds idle);

  // A place for one more connection; held until destroyed. Not valid(): none came free in time.
  class Slot {
   public:
    Slot() = default;
    explicit Slot(Pool& pool) : pool_(&pool) {}
    Slot(Slot&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {}
    Slot& operator=(Slot&& other) noexcept {
      std::swap(pool_, other.pool_);
      return *this;
    }
    ~Slot() {
      if (pool_ != nullptr) pool_->give_back_slot();
    }
    bool valid() const { return pool_ != nullptr; }

   private:
    Pool* pool_ = nullptr;
  };
  struct Held {
    std::unique_ptr<Connection> connection;
    Slot slot;
  };

  Task<Slot> slot(Deadline deadline);
  // An idle connection under the key, the one used last; empty where there is none.
  Held take(const std::string& key);
  // Whether there is one whose key begins so.
  bool has_host(const std::string& prefix) const;
  // Keeps a connection that can be used again, ends any other one.
  void put(const std::string& key, Held held);
  void close_all();
  std::size_t open_connections() const { return used_; }

 private:
  struct Idle {
    std::string key;
    Held held;
    Deadline until;
  };
  void give_back_slot();
  void end(Held held);
  void sweep_later();
  asio::io_context& io_;
  std::size_t most_;
  std::chrono::milliseconds idle_for_;
  std::size_t used_ = 0;
  std::list<Idle> idle_;  // oldest first
  std::deque<std::shared_ptr<Timer>> waiting_;
  Timer sweeper_;
  bool closing_ = false;
};

}  // namespace scop::courier
