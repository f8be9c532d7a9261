#include "http_server/connection.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "http/response.hpp"
#include "net/proxy.hpp"

namespace scop::http_server {

namespace {

constexpr std::size_t most_shown = 200;  // octets of a path in the log

std::int64_t milliseconds_since(Deadline start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start)
      .count();
}

}  // namespace

Connection::Connection(World& world, net::Stream stream, bool is_secure)
    : world_(world),
      stream_(std::move(stream)),
      is_secure_(is_secure),
      began_(std::chrono::steady_clock::now()) {}

Task<> Connection::serve() {
  auto address = stream_.remote().address();
  client_ = address.to_string();
  if (std::ranges::find(world_.proxies, client_) != world_.proxies.end()) {
    const auto header = co_await net::read_proxy_header(stream_, in(limits::proxy_header));
    if (!header) co_return;
    if (header->client) address = header->client->address();
    client_ = address.to_string();
  }
  if (!world_.addresses.enter(address, world_.bounds.connections_per_address)) {
    world_.log->debug("connection refused", {{"client", client_}, {"reason", "too many of its address"}});
    co_return;
  }
  if (co_await open()) {
    while (co_await exchange()) {
    }
  }
  world_.addresses.leave(address);
  stream_.close();
}

Task<bool> Connection::open() {
  if (!is_secure_) co_return true;
  const auto context = *world_.tls;
  const auto done = co_await stream_.start_tls_server(context, in(limits::handshake));
  if (done) tls_ = stream_.tls_info().version;
  // Scanners and clients that do not trust us: no line a day's log should be full of.
  if (!done) world_.log->debug("no TLS", {{"client", client_}, {"reason", done.error().what}});
  co_return done.has_value();
}

Task<Outcome<>> Connection::wait_for_request() {
  if (!pending_.empty()) co_return Outcome<>{};
  if (world_.draining) co_return failure(ErrorKind::cancelled, "shutting down");
  phase_ = Phase::idle;
  auto ready = co_await stream_.wait_readable(
      std::min(in(world_.bounds.idle_timeout), began_ + world_.bounds.lifetime));
  co_return ready;
}

Task<bool> Connection::exchange() {
  if (!co_await wait_for_request()) co_return false;
  request_ = std::chrono::steady_clock::now();
  phase_ = Phase::reading;
  auto read = co_await this->read(in(world_.bounds.request_timeout));
  if (std::holds_alternative<Error>(read)) co_return false;
  if (auto* refusal = std::get_if<http::Response>(&read)) {
    co_await refuse(std::move(*refusal));
    co_return false;
  }
  phase_ = Phase::answering;
  auto& request = std::get<http::Request>(read);
  ++requests_;
  const auto response = co_await answer(request);
  const bool goes_on = request.keep_alive && may_go_on();
  const bool taken = co_await say(response, goes_on, request.method == "HEAD");
  log_request(request, response);
  co_return goes_on&& taken;
}

Task<Connection::Read> Connection::read(Deadline deadline) {
  RequestReader reader(world_.bounds.request);
  for (;;) {
    auto progress = reader.feed(pending_);
    if (!progress) co_return std::move(progress.error());
    if (*progress == RequestReader::Progress::done) break;
    if (*progress == RequestReader::Progress::wants_continue) {
      auto said = co_await stream_.write("HTTP/1.1 100 Continue\r\n\r\n", deadline);
      if (!said) co_return std::move(said.error());
    }
    auto more = co_await read_some(deadline);
    if (more) continue;
    // Who drips a request is told so; who has gone hears nothing any more.
    if (more.error().kind == ErrorKind::timed_out) co_return http::problem(408, "the request took too long");
    co_return std::move(more.error());
  }
  auto request = reader.take();
  request.is_secure = is_secure_;
  request.client = client_;
  co_return request;
}

Task<Outcome<>> Connection::read_some(Deadline deadline) {
  std::array<char, limits::read> room{};
  const auto count = co_await stream_.read_some(room, deadline);
  if (!count) co_return std::unexpected(count.error());
  pending_.append(room.data(), *count);
  co_return Outcome<>{};
}

Task<http::Response> Connection::answer(const http::Request& request) {
  // RFC 9110 7.4: a whole URI of the other scheme was meant for another port.
  if (!request.target.scheme.empty() && (request.target.scheme == "https") != is_secure_)
    co_return http::problem(421, "this port is not of that scheme");
  co_return co_await world_.answer(request);
}

bool Connection::may_go_on() const {
  return !world_.draining && requests_ < world_.bounds.requests &&
         std::chrono::steady_clock::now() < began_ + world_.bounds.lifetime;
}

Task<bool> Connection::say(const http::Response& response, bool keep_alive, bool head_only) {
  const auto octets =
      http::to_octets(response, {.keep_alive = keep_alive, .head_only = head_only, .now = now()});
  const auto written = co_await stream_.write(octets, in(limits::write));
  co_return written.has_value();
}

// What the client still sends is read for a moment, or else closing would reset the connection and the
// refusal be lost.
Task<> Connection::refuse(http::Response refusal) {
  bool going = co_await say(refusal, false, false);
  world_.log->info("request refused", {{"client", client_},
                                       {"status", refusal.status},
                                       {"reason", ascii::trim(refusal.body)},
                                       {"took_ms", milliseconds_since(request_)}});
  const auto deadline = in(limits::last_word);
  pending_.clear();
  for (std::size_t octets = 0; going && octets < limits::unheard; octets += pending_.size()) {
    pending_.clear();
    going = (co_await read_some(deadline)).has_value();
  }
}

// Without the query: an address may stand in it.
void Connection::log_request(const http::Request& request, const http::Response& response) const {
  world_.log->info("request", {{"client", client_},
                               {"host", request.authority.host},
                               {"method", ascii::printable(request.method, 20)},
                               {"path", ascii::printable(request.target.path, most_shown)},
                               {"status", response.status},
                               {"octets", response.body.size()},
                               {"tls", tls_},
                               {"took_ms", milliseconds_since(request_)}});
}

}  // namespace scop::http_server
