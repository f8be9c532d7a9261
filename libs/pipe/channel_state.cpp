#include "pipe/channel_state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/id.hpp"
#include "pipe/identity.hpp"

namespace scop::pipe {

namespace {

constexpr std::chrono::seconds connect_time{5};
constexpr std::chrono::milliseconds first_backoff{100};
constexpr std::chrono::milliseconds longest_backoff{5000};
constexpr std::chrono::seconds patience{1};  // of a call during backoff
constexpr std::chrono::seconds proving_time{
    1};  // a connection that breaks earlier counts as a failed attempt
constexpr std::size_t most_waiting = 1024;
constexpr int most_attempts = 3;

std::chrono::milliseconds backoff_after(unsigned failures) {
  const auto doubled = first_backoff * (1U << std::min(failures - 1, 10U));
  const auto plain = std::min<std::chrono::milliseconds>(doubled, longest_backoff);
  // Jitter of a fifth either way, so that callers of one callee do not come back in step. From getrandom(2):
  // a jailed daemon could not open /dev/urandom.
  const auto random = static_cast<unsigned char>(random_octets(1).front());
  return plain * (80 + random % 41) / 100;
}

}  // namespace

Channel::State::State(asio::io_context& io, const Log& log, std::string trust_domain, std::string callee,
                      net::Endpoint endpoint)
    : io_(io),
      log_(log),
      trust_domain_(std::move(trust_domain)),
      callee_(std::move(callee)),
      endpoint_(std::move(endpoint)),
      alarms_(std::make_shared<Alarms>(io.get_executor())),
      retry_(alarms_) {}

Task<Result<std::unique_ptr<ClientCall>>> Channel::State::begin(std::shared_ptr<State> self,
                                                                std::string_view method, bool with_timeout,
                                                                Deadline deadline, std::string trace) {
  for (;;) {
    auto connection = co_await acquire(self, deadline);
    if (!connection) co_return std::unexpected(std::move(connection.error()));
    std::optional<std::chrono::nanoseconds> timeout;
    if (with_timeout && deadline != Deadline::max()) timeout = deadline - std::chrono::steady_clock::now();
    if (auto call = (*connection)->open(method, timeout, trace)) co_return call;
  }
}

Task<Result<std::string>> Channel::State::call(std::shared_ptr<State> self, std::string_view method,
                                               std::string request, Deadline deadline, std::string trace) {
  for (int attempt = 1;; ++attempt) {
    auto call = co_await begin(self, method, true, deadline, trace);
    if (!call) co_return std::unexpected(std::move(call.error()));
    (*call)->send(request);
    (*call)->end();
    auto result = co_await (*call)->wait_result(deadline);
    // Nobody has seen it (GOAWAY, a stream refused): it may be sent again without asking (gRPC A6).
    const bool again =
        !result && result.error().code == Code::unavailable && !result.error().may_have_been_seen;
    if (!again || attempt == most_attempts) co_return result;
  }
}

Task<Result<Channel::State::Connected>> Channel::State::acquire(std::shared_ptr<State> self,
                                                                Deadline deadline) {
  const auto began = std::chrono::steady_clock::now();
  const auto lost_before = self->attempts_lost_;
  Gate gate(self->alarms_);
  bool woken = false;
  for (;;) {
    if (self->closed_) co_return fail(Code::cancelled, "the channel is closed");
    if (self->current_ && !self->current_->usable()) self->current_.reset();
    if (self->current_ && self->current_->has_room() && (woken || self->waiting_.empty()))
      co_return self->current_;
    if (!self->current_) {
      if (self->attempts_lost_ != lost_before) co_return fail(Code::unavailable, self->last_problem_);
      if (auto sought = self->seek_connection(deadline, began); !sought)
        co_return std::unexpected(sought.error());
    }
    if (self->waiting_.size() >= most_waiting) {
      co_return fail(Code::resource_exhausted, fmt::format("too many calls wait for {}", self->callee_));
    }
    const auto place = self->waiting_.insert(woken ? self->waiting_.begin() : self->waiting_.end(), &gate);
    woken = co_await gate.wait(deadline);
    self->waiting_.erase(place);
    if (!woken)
      co_return fail(Code::deadline_exceeded, fmt::format("no connection to {} in time", self->callee_));
  }
}

Result<> Channel::State::seek_connection(Deadline deadline, Deadline began) {
  if (connecting_) return {};
  if (!context) return fail(Code::unavailable, fmt::format("no certificate to call {} with", callee_));
  if (std::chrono::steady_clock::now() >= retry_at_) {
    connecting_ = true;
    asio::co_spawn(io_.get_executor(), connect(shared_from_this()), asio::detached);
    return {};
  }
  // A callee that is down is said to be down, and quickly: the caller has its own way to try later.
  if (retry_at_ > std::min<Deadline>(deadline, began + patience))
    return fail(Code::unavailable, last_problem_);
  if (!retry_.is_set()) retry_.set(retry_at_, [this] { wake_all(); });
  return {};
}

Task<> Channel::State::connect(std::shared_ptr<State> self) {
  auto connected = co_await try_connect(self);
  self->connecting_ = false;
  if (self->closed_) {
    if (connected) (*connected)->close();
    co_return;
  }
  if (connected) {
    self->current_ = std::move(*connected);
    self->connected_at_ = std::chrono::steady_clock::now();
    self->failures_ = 0;
    self->log_.debug("pipe connected", {{"callee", self->callee_}});
  } else {
    self->failed(connected.error());
  }
  self->wake_all();
}

Task<Outcome<Channel::State::Connected>> Channel::State::try_connect(std::shared_ptr<State> self) {
  const auto deadline = in(connect_time);
  const auto tls = *self->context;
  auto stream = co_await net::Stream::connect(self->io_.get_executor(), self->endpoint_, deadline);
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  auto done = co_await stream->start_tls_client(tls, {}, deadline);
  if (!done) co_return std::unexpected(std::move(done.error()));
  const auto info = stream->tls_info();
  const auto identity = identity_of(info.peer_uris, self->trust_domain_);
  if (!identity) co_return std::unexpected(identity.error());
  if (*identity != self->callee_) {
    co_return failure(ErrorKind::denied, fmt::format("{} is {}, not {}", net::to_text(self->endpoint_),
                                                     *identity, self->callee_));
  }
  if (info.alpn != "h2") co_return failure(ErrorKind::unsupported, "the callee did not choose ALPN h2");
  const auto connection =
      std::make_shared<ClientConnection>(std::move(*stream), self->callee_, self->alarms_, self);
  connection->start();
  // In TLS 1.3 the callee's verdict on our certificate comes behind our handshake: its SETTINGS say that we
  // are in.
  auto ready = co_await connection->wait_ready(deadline);
  if (ready) co_return connection;
  connection->close();
  co_return std::unexpected(std::move(ready.error()));
}

void Channel::State::failed(const Error& why) {
  ++failures_;
  ++attempts_lost_;
  const auto wait = backoff_after(failures_);
  retry_at_ = in(wait);
  last_problem_ = fmt::format("{} cannot be reached: {}", callee_, why.what);
  log_.warning("pipe down", {{"callee", callee_}, {"reason", why.what}, {"retry_ms", wait.count()}});
}

void Channel::State::lost(ClientConnection& connection, const Error& why) {
  if (current_.get() != &connection) return;
  current_.reset();
  if (closed_) return;
  if (!connection.went_away() && std::chrono::steady_clock::now() - connected_at_ < proving_time) failed(why);
  wake_all();
}

void Channel::State::progressed() {
  if (waiting_.empty() || !current_) return;
  if (!current_->usable()) return wake_all();
  if (current_->has_room()) waiting_.front()->notify();
}

void Channel::State::wake_all() {
  for (auto* gate : waiting_) gate->notify();
}

void Channel::State::close() {
  closed_ = true;
  retry_.clear();
  if (const auto connection = std::exchange(current_, nullptr)) connection->close();
  wake_all();
}

}  // namespace scop::pipe
