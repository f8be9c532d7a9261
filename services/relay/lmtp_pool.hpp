// Connections to mailbox servers by LMTP: a few at a time to each, used again while there is work.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "desk.hpp"
#include "lmtp_connection.hpp"
#include "settings/relay.hpp"

namespace scop::relay {

class LmtpPool {
  struct Line {
    std::size_t taken = 0;
    std::vector<std::unique_ptr<LmtpConnection>> idle;
    std::deque<std::shared_ptr<Timer>> waiting;
  };
  using Lines = std::map<const settings::LmtpRoute*, Line>;

 public:
  // The right to one connection, given back on destruction.
  class Place {
   public:
    Place(std::shared_ptr<Lines> lines, const settings::LmtpRoute& route)
        : lines_(std::move(lines)), route_(&route) {}
    Place(Place&& other) noexcept = default;
    Place& operator=(Place&&) = delete;
    ~Place();

    // One that rests; null: there is none.
    std::unique_ptr<LmtpConnection> take_idle();

   private:
    std::shared_ptr<Lines> lines_;  // a coroutine may outlive the pool
    const settings::LmtpRoute* route_;
  };

  LmtpPool(asio::io_context& io, std::string helo, Desk& desk)
      : io_(io), helo_(std::move(helo)), desk_(desk), lines_(std::make_shared<Lines>()) {}

  Task<Place> place(const settings::LmtpRoute& route);  // waits its turn
  Task<Outcome<std::unique_ptr<LmtpConnection>>> connect(const settings::LmtpRoute& route);
  // It may serve the next delivery.
  void keep(const settings::LmtpRoute& route, std::unique_ptr<LmtpConnection> connection);

 private:
  Task<> close_idle();

  asio::io_context& io_;
  std::string helo_;
  Desk& desk_;
  std::shared_ptr<Lines> lines_;
  bool closing_ = false;
};

}  // namespace scop::relay
