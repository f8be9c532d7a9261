#include "net/listener.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <boost/asio/ip/v6_only.hpp>

#include <cerrno>

namespace scop::net {

namespace {

constexpr std::chrono::milliseconds pause{100};
constexpr int connections_per_wakeup = 64;
constexpr int backlog = 4096;

// Errors of the connection that was to be accepted, or nothing there: not of the listener.
bool is_passing(int code) {
  return code == EAGAIN || code == EWOULDBLOCK || code == EINTR || code == ECONNABORTED || code == EPROTO ||
         code == ENETDOWN || code == EHOSTUNREACH || code == ENETUNREACH || code == EPERM;
}

}  // namespace

struct Listener::State : std::enable_shared_from_this<Listener::State> {
  explicit State(const Executor& executor) : acceptor(executor), timer(executor) {}
  TcpAcceptor acceptor;
  Timer timer;
  std::function<void(Stream)> accepted;

  void wait() {
    acceptor.async_wait(TcpAcceptor::wait_read,
                        [self = shared_from_this()](const boost::system::error_code& error) {
                          if (!error && self->acceptor.is_open()) self->accept_all();
                        });
  }

  void accept_all() {
    for (int i = 0; i < connections_per_wakeup && acceptor.is_open(); ++i) {
      const int socket = ::accept4(acceptor.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket >= 0) {
        boost::system::error_code error;
        TcpSocket connection(acceptor.get_executor());
        connection.assign(acceptor.local_endpoint(error).protocol(), socket, error);
        if (!error) accepted(Stream(std::move(connection)));
        continue;
      }
      const int code = errno;
      if (code == EAGAIN || code == EWOULDBLOCK) break;
      if (!is_passing(code)) return rest();  // EMFILE, ENFILE, ENOBUFS, ENOMEM: others must go first
    }
    if (acceptor.is_open()) wait();
  }

  void rest() {
    timer.expires_after(pause);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error && self->acceptor.is_open()) self->accept_all();
    });
  }

  void stop() {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    timer.cancel();
    accepted = nullptr;
  }
};

Listener::Listener(std::shared_ptr<State> state) : state_(std::move(state)) {}
Listener::Listener(Listener&&) noexcept = default;
Listener& Listener::operator=(Listener&& other) noexcept {
  if (this != &other) {
    stop();
    state_ = std::move(other.state_);
  }
  return *this;
}
Listener::~Listener() { stop(); }

Outcome<Listener> Listener::bind(asio::io_context& io, const Endpoint& endpoint) {
  auto state = std::make_shared<State>(io.get_executor());
  auto& acceptor = state->acceptor;
  boost::system::error_code error;
  const auto step = [&](auto operation) {
    if (!error) operation();
  };
  step([&] { acceptor.open(endpoint.protocol(), error); });
  step([&] { acceptor.set_option(asio::socket_base::reuse_address(true), error); });
  if (endpoint.address().is_v6()) step([&] { acceptor.set_option(asio::ip::v6_only(true), error); });
  step([&] { acceptor.bind(endpoint, error); });
  step([&] { acceptor.listen(backlog, error); });
  step([&] { acceptor.native_non_blocking(true, error); });
  if (!error) return Listener(std::move(state));
  const bool denied = error == asio::error::access_denied;
  return failure(
      denied ? ErrorKind::denied : ErrorKind::unavailable,
      fmt::format(
          "cannot listen on {}: {}{}", to_text(endpoint), error.message(),
          denied && endpoint.port() < 1024 ? " (ports below 1024 need root or CAP_NET_BIND_SERVICE)" : ""));
}

Endpoint Listener::local() const {
  boost::system::error_code ignored;
  return state_->acceptor.local_endpoint(ignored);
}

void Listener::start(std::function<void(Stream)> accepted) {
  state_->accepted = std::move(accepted);
  state_->wait();
}

void Listener::stop() {
  if (state_) state_->stop();
}

}  // namespace scop::net
