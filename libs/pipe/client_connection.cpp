#include "pipe/client_connection.hpp"

namespace scop::pipe {

namespace {

constexpr std::size_t most_message = 4U << 20U;
constexpr std::chrono::seconds silence{20};
constexpr std::chrono::seconds ping_patience{10};

}  // namespace

ClientCall::~ClientCall() {
  if (!result_) connection_->forget(*this);
}

void ClientCall::send(std::string_view message) {
  connection_->session_.write(stream_, message);
  connection_->wire_->flush();
}

void ClientCall::end() {
  connection_->session_.end(stream_);
  connection_->wire_->flush();
}

Task<Result<>> ClientCall::wait_drained(Deadline deadline) {
  for (;;) {
    if (result_) co_return fail(Code::cancelled, "the callee has ended the call");
    if (connection_->session_.unsent(stream_) < ClientSession::low_water) co_return Result<>{};
    if (co_await changed_.wait(deadline)) continue;
    co_return std::unexpected(Status{Code::deadline_exceeded, "the callee takes nothing", true});
  }
}

Task<Result<std::string>> ClientCall::wait_result(Deadline deadline) {
  while (!result_) {
    if (co_await changed_.wait(deadline)) continue;
    if (result_) break;
    const bool sent = connection_->session_.was_sent(stream_);
    connection_->forget(*this);
    result_ = std::unexpected(Status{Code::deadline_exceeded, "no answer in time", sent});
  }
  co_return std::move(*result_);
}

ClientConnection::ClientConnection(net::Stream stream, std::string authority,
                                   const std::shared_ptr<Alarms>& alarms,
                                   std::weak_ptr<ClientWatcher> watcher)
    : session_(std::move(authority), most_message),
      alarms_(alarms),
      wire_(std::make_shared<Wire>(std::move(stream), alarms)),
      watcher_(std::move(watcher)),
      ready_gate_(alarms),
      keepalive_(silence, ping_patience, std::chrono::steady_clock::now()),
      keepalive_alarm_(alarms) {}

Task<Outcome<>> ClientConnection::wait_ready(Deadline deadline) {
  const auto self = shared_from_this();
  while (!ready_ && !ended_) {
    if (!co_await ready_gate_.wait(deadline))
      co_return failure(ErrorKind::timed_out, "no HTTP/2 SETTINGS in time");
  }
  if (ended_) co_return std::unexpected(why_);
  co_return Outcome<>{};
}

void ClientConnection::close() {
  const Error why{ErrorKind::cancelled, "the channel is closing"};
  wire_->close(why);
  ended(why);
}

std::unique_ptr<ClientCall> ClientConnection::open(std::string_view method,
                                                   std::optional<std::chrono::nanoseconds> timeout,
                                                   std::string_view trace) {
  if (!usable()) return nullptr;
  const auto stream = session_.open(method, timeout, trace);
  if (stream == 0) return nullptr;
  auto call = std::make_unique<ClientCall>(shared_from_this(), alarms_);
  call->stream_ = stream;
  calls_.emplace(stream, call.get());
  if (!keepalive_alarm_.is_set()) keepalive_alarm_.set(in(silence), [this] { check_alive(); });
  wire_->flush();
  return call;
}

void ClientConnection::forget(const ClientCall& call) {
  calls_.erase(call.stream_);
  session_.cancel(call.stream_);
  wire_->flush();
}

Outcome<> ClientConnection::received(std::string_view octets) {
  keepalive_.heard(std::chrono::steady_clock::now());
  auto taken = session_.receive(octets);
  dispatch();
  return taken;
}

Outcome<> ClientConnection::fill(std::string& out, std::size_t most) {
  auto filled = session_.send(out, most);
  dispatch();
  return filled;
}

// Also called early, when the channel goes: then the second time finds nothing left to do.
void ClientConnection::ended(const Error& why) {
  if (std::exchange(ended_, true)) return;
  const auto self = shared_from_this();
  why_ = why;
  keepalive_alarm_.clear();
  ready_gate_.notify();
  for (const auto& [stream, call] : std::exchange(calls_, {})) {
    call->result_ = std::unexpected(
        Status{Code::unavailable, "the connection broke: " + why.what, session_.was_sent(stream)});
    call->changed_.notify();
  }
  if (const auto watcher = watcher_.lock()) watcher->lost(*this, why);
}

void ClientConnection::dispatch() {
  for (auto& event : session_.take_events()) std::visit([this](auto& one) { on(one); }, event);
  if (const auto watcher = watcher_.lock()) watcher->progressed();
}

void ClientConnection::on(ClientSession::Ready& /*event*/) {
  ready_ = true;
  ready_gate_.notify();
}

void ClientConnection::on(ClientSession::GoingAway& /*event*/) {}

void ClientConnection::on(ClientSession::Replied& event) {
  const auto found = calls_.find(event.stream);
  if (found == calls_.end()) return;
  auto& call = *found->second;
  calls_.erase(found);
  call.result_ = std::move(event.result);
  call.changed_.notify();
}

void ClientConnection::on(ClientSession::Drained& event) {
  if (const auto found = calls_.find(event.stream); found != calls_.end()) found->second->changed_.notify();
}

// Runs only while calls are open: an idle connection sends nothing.
void ClientConnection::check_alive() {
  if (session_.open_streams() == 0) return;
  const auto verdict = keepalive_.check(std::chrono::steady_clock::now());
  if (verdict == Keepalive::Verdict::dead) {
    return wire_->close({ErrorKind::timed_out, "the callee answers no PING"});
  }
  if (verdict == Keepalive::Verdict::ask) {
    session_.ping();
    wire_->flush();
  }
  keepalive_alarm_.set(keepalive_.next(), [this] { check_alive(); });
}

}  // namespace scop::pipe
