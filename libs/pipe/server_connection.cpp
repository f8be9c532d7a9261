#include "pipe/server_connection.hpp"

#include "pipe/server_call.hpp"
#include "pipe/trace_context.hpp"
#include "topology/topology.hpp"

namespace scop::pipe {

namespace {

constexpr std::chrono::seconds linger{1};
constexpr std::chrono::seconds silence{120};  // a caller that died without a word frees its place
constexpr std::chrono::seconds ping_patience{20};

}  // namespace

ServerConnection::ServerConnection(std::shared_ptr<ServerDesk> desk, std::string caller, net::Stream stream)
    : desk_(std::move(desk)),
      caller_(std::move(caller)),
      session_({.streams = desk_->limits.streams_per_connection,
                .stream_window = desk_->limits.stream_window,
                .message_octets = desk_->limits.message_octets}),
      wire_(std::make_shared<Wire>(std::move(stream), desk_->alarms)),
      linger_(desk_->alarms),
      keepalive_(silence, ping_patience, std::chrono::steady_clock::now()),
      keepalive_alarm_(desk_->alarms) {}

void ServerConnection::start() {
  desk_->connections.emplace(this, shared_from_this());
  wire_->start(shared_from_this());
  check_alive();
}

void ServerConnection::drain() {
  session_.go_away();
  linger_if_idle();
  wire_->flush();
}

void ServerConnection::close() {
  const Error why{ErrorKind::cancelled, "the server is closing"};
  wire_->close(why);
  ended(why);
}

Outcome<> ServerConnection::received(std::string_view octets) {
  keepalive_.heard(std::chrono::steady_clock::now());
  auto taken = session_.receive(octets);
  dispatch();
  return taken;
}

Outcome<> ServerConnection::fill(std::string& out, std::size_t most) {
  auto filled = session_.send(out, most);
  dispatch();
  return filled;
}

// Also called early, when the server goes: then the second time finds nothing left to do.
void ServerConnection::ended(const Error& why) {
  const auto self = shared_from_this();
  linger_.clear();
  keepalive_alarm_.clear();
  const auto calls = std::exchange(calls_, {});
  for (const auto& [stream, call] : calls) {
    call->alarm().clear();
    call->fail({Code::cancelled, why.what});
  }
  desk_->connections.erase(this);
  desk_->changed.notify();
}

void ServerConnection::taken(std::int32_t stream, std::size_t octets) {
  session_.taken(stream, octets);
  wire_->flush();
}

void ServerConnection::hungry(std::int32_t stream) {
  session_.hungry(stream);
  wire_->flush();
}

void ServerConnection::dispatch() {
  if (dispatching_) return;
  dispatching_ = true;
  for (auto events = session_.take_events(); !events.empty(); events = session_.take_events()) {
    for (auto& event : events) std::visit([this](auto& one) { on(one); }, event);
  }
  dispatching_ = false;
  linger_if_idle();
}

// The method that this caller may call, or nullptr once it has been answered.
const Served* ServerConnection::admit(const ServerSession::Began& began) {
  const auto served = desk_->methods.find(began.method);
  if (served == desk_->methods.end()) {
    desk_->log.warning("unknown method called", {{"caller", caller_}, {"method", began.method}});
    session_.respond(began.stream, fail(Code::unimplemented, "unknown method"));
    return nullptr;
  }
  if (!topology::may_call(caller_, began.method, desk_->name)) {
    desk_->log.warning("undeclared call refused", {{"caller", caller_}, {"method", began.method}});
    log_call(began.method, {}, Code::permission_denied, {});
    session_.respond(began.stream, fail(Code::permission_denied, "the topology does not declare this call"));
    return nullptr;
  }
  // Handlers outlive their callers: without this, reset after reset would pile them up (CVE-2023-44487).
  if (running_ >= desk_->limits.streams_per_connection) {
    session_.refuse(began.stream);
    return nullptr;
  }
  return &served->second;
}

void ServerConnection::on(ServerSession::Began& began) {
  const auto* served = admit(began);
  if (served == nullptr) return;
  Call call{.caller = caller_, .deadline = {}, .trace = continued(began.trace).text()};
  if (began.timeout) call.deadline = std::chrono::steady_clock::now() + *began.timeout;
  const auto deadline = call.deadline;
  const auto made = std::make_shared<ServerCall>(shared_from_this(), *desk_, began, std::move(call), *served);
  calls_.emplace(began.stream, made);
  if (deadline) {
    made->alarm().set(*deadline, [this, stream = began.stream] {
      expire(stream, {Code::deadline_exceeded, "the call's deadline passed at the callee"});
    });
  } else if (served->unary) {
    made->alarm().set(in(desk_->limits.idle_stream), [this, stream = began.stream] {
      expire(stream, {Code::cancelled, "the request did not come"});
    });
  }
  if (served->unary) {
    session_.hungry(began.stream);
  } else {
    run(made);
  }
}

void ServerConnection::on(ServerSession::Message& message) {
  const auto found = calls_.find(message.stream);
  if (found == calls_.end()) return;
  const auto call = found->second;
  if (call->served().unary && call->has_message()) {
    return expire(message.stream, {Code::invalid_argument, "more than one request"});
  }
  call->push(std::move(message.octets));
}

void ServerConnection::on(ServerSession::Ended& ended) {
  const auto found = calls_.find(ended.stream);
  if (found == calls_.end()) return;
  const auto call = found->second;
  call->end();
  if (!call->served().unary) return;
  if (!call->has_message()) return expire(ended.stream, {Code::invalid_argument, "no request"});
  run(call);
}

void ServerConnection::on(ServerSession::Gone& gone) {
  const auto found = calls_.find(gone.stream);
  if (found == calls_.end()) return;
  const auto call = std::move(found->second);
  calls_.erase(found);
  call->alarm().clear();
  call->fail({Code::cancelled, "the caller has gone"});
}

// Answers before the handler does, or without one.
void ServerConnection::expire(std::int32_t stream, const Status& status) {
  const auto found = calls_.find(stream);
  if (found == calls_.end()) return;
  const auto call = std::move(found->second);
  calls_.erase(found);
  call->alarm().clear();
  session_.respond(stream, std::unexpected(status));
  call->fail(status);
  wire_->flush();
}

void ServerConnection::run(const std::shared_ptr<ServerCall>& call) {
  ++running_;
  ++desk_->running;
  asio::co_spawn(desk_->io.get_executor(), handle(shared_from_this(), call), asio::detached);
}

Task<> ServerConnection::handle(std::shared_ptr<ServerConnection> self, std::shared_ptr<ServerCall> call) {
  Result<std::string> result;
  const auto began = std::chrono::steady_clock::now();
  const auto trace = call->trace();
  try {
    const auto& served = call->served();
    if (served.unary) {
      auto request = call->take_message();
      result = co_await served.unary(call->take_call(), std::move(request));
    } else {
      result = co_await served.stream(call->take_call(), *call);
    }
  } catch (const std::exception& exception) {
    self->desk_->log.error("a call's handler threw", {{"what", exception.what()}});
    result = fail(Code::internal, "internal error");
  }
  const auto took = std::chrono::steady_clock::now() - began;
  self->log_call(call->method(), trace, result ? Code::ok : result.error().code, took);
  self->finish(*call, result);
}

// Every call, for who counts them (daemon/counted_lines) and for who looks closely (log_level = "debug").
void ServerConnection::log_call(std::string_view method, std::string_view trace, Code code,
                                std::chrono::steady_clock::duration took) const {
  const auto context = context_of(trace);
  desk_->log.debug("call", {{"method", method},
                            {"caller", caller_},
                            {"code", name_of(code)},
                            {"took_ms", std::chrono::duration<double, std::milli>(took).count()},
                            {"trace", context.id},
                            {"span", context.span},
                            {"parent", context.parent}});
}

void ServerConnection::finish(ServerCall& call, const Result<std::string>& result) {
  --running_;
  --desk_->running;
  if (const auto found = calls_.find(call.stream()); found != calls_.end()) {
    call.alarm().clear();
    session_.respond(call.stream(), result);
    calls_.erase(found);
    wire_->flush();
  }
  if (desk_->draining) desk_->changed.notify();
}

void ServerConnection::linger_if_idle() {
  if (!desk_->draining || session_.open_streams() != 0 || linger_.is_set()) return;
  linger_.set(in(linger), [this] { close(); });
}

void ServerConnection::check_alive() {
  const auto verdict = keepalive_.check(std::chrono::steady_clock::now());
  if (verdict == Keepalive::Verdict::dead)
    return wire_->close({ErrorKind::timed_out, "the caller answers no PING"});
  if (verdict == Keepalive::Verdict::ask) {
    session_.ping();
    wire_->flush();
  }
  keepalive_alarm_.set(keepalive_.next(), [this] { check_alive(); });
}

}  // namespace scop::pipe
