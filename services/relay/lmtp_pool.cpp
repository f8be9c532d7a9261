#include "lmtp_pool.hpp"

#include "limits.hpp"
#include "net/local_connect.hpp"

namespace scop::relay {

LmtpPool::Place::~Place() {
  if (!lines_) return;
  auto& line = (*lines_)[route_];
  if (line.waiting.empty()) {
    --line.taken;
    return;
  }
  // The place is the next one's at once.
  line.waiting.front()->cancel();
  line.waiting.pop_front();
}

std::unique_ptr<LmtpConnection> LmtpPool::Place::take_idle() {
  auto& idle = (*lines_)[route_].idle;
  if (idle.empty()) return nullptr;
  auto connection = std::move(idle.back());
  idle.pop_back();
  return connection;
}

Task<LmtpPool::Place> LmtpPool::place(const settings::LmtpRoute& route) {
  auto& line = (*lines_)[&route];
  if (line.taken < limits::lmtp_connections) {
    ++line.taken;
    co_return Place(lines_, route);
  }
  const auto timer = std::make_shared<Timer>(io_, Deadline::max());
  line.waiting.push_back(timer);
  boost::system::error_code error;
  co_await timer->async_wait(asio::redirect_error(use_task, error));
  co_return Place(lines_, route);
}

Task<Outcome<std::unique_ptr<LmtpConnection>>> LmtpPool::connect(const settings::LmtpRoute& route) {
  const auto executor = io_.get_executor();
  if (route.port == 0) {
    auto stream = net::connect_local(executor, route.path);
    if (!stream) co_return std::unexpected(std::move(stream.error()));
    co_return std::make_unique<LmtpConnection>(std::move(*stream), helo_);
  }
  const net::Endpoint endpoint(asio::ip::make_address(route.host), route.port);
  auto stream = co_await net::Stream::connect(executor, endpoint, in(limits::lmtp_wait));
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  co_return std::make_unique<LmtpConnection>(std::move(*stream), helo_);
}

void LmtpPool::keep(const settings::LmtpRoute& route, std::unique_ptr<LmtpConnection> connection) {
  connection->rests();
  (*lines_)[&route].idle.push_back(std::move(connection));
  if (!std::exchange(closing_, true)) asio::co_spawn(io_, close_idle(), asio::detached);
}

// What nobody has used for some seconds: a mailbox server keeps a process for each.
Task<> LmtpPool::close_idle() {
  for (bool any = true; any && !desk_.is_stopping();) {
    co_await desk_.pause(limits::lmtp_idle / 2);
    any = false;
    const auto before = std::chrono::steady_clock::now() - limits::lmtp_idle;
    for (auto& [route, line] : *lines_) {
      std::erase_if(line.idle, [&](const auto& connection) { return connection->idle_since() < before; });
      any = any || !line.idle.empty();
    }
  }
  closing_ = false;
}

}  // namespace scop::relay
