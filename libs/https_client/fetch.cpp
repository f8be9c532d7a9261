#include "https_client/fetch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "net/stream.hpp"

namespace scop::https_client {

namespace {

constexpr std::size_t read_size = 16U << 10U;
constexpr std::size_t most_endpoints = 8;
constexpr std::uint16_t https_port = 443;

std::string header_of(const Request& request) {
  const auto& url = request.url;
  const bool posts = request.method == Method::post;
  auto header = fmt::format("{} {} HTTP/1.1\r\nHost: {}", posts ? "POST" : "GET", url.target, url.host);
  if (url.port != https_port) header += fmt::format(":{}", url.port);
  header += "\r\nUser-Agent: scop\r\nAccept-Encoding: identity\r\nConnection: close\r\n";
  if (posts)
    header +=
        fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", request.content_type, request.body.size());
  return header + "\r\n";
}

Error named(Error error, std::string_view where) {
  error.what = fmt::format("{}: {}", where, error.what);
  return error;
}

// An equal share of the time that is left for each endpoint that is left.
Deadline share(Deadline all, std::size_t left) {
  const auto now = std::chrono::steady_clock::now();
  return now + (all - now) / static_cast<int>(left);
}

// Connected and shaken hands with, or the last endpoint's error.
Task<Outcome<net::Stream>> reach(Executor executor, const net::TlsContext& context, const std::string& host,
                                 std::span<const net::Endpoint> endpoints, Deadline deadline) {
  Error last{ErrorKind::not_found, "no address to connect to"};
  for (; !endpoints.empty(); endpoints = endpoints.subspan(1)) {
    const auto until = share(deadline, endpoints.size());
    auto stream = co_await net::Stream::connect(executor, endpoints.front(), until);
    if (!stream) {
      last = std::move(stream.error());
      continue;
    }
    auto shaken = co_await stream->start_tls_client(context, host, until);
    if (shaken) co_return std::move(*stream);
    last = named(std::move(shaken.error()), net::to_text(endpoints.front()));
  }
  co_return std::unexpected(std::move(last));
}

Task<Outcome<Response>> read_response(net::Stream& stream, const Limits& limits, Deadline deadline) {
  ResponseReader reader(limits.body_octets, limits.status_only);
  std::array<char, read_size> room{};
  for (;;) {
    const auto got = co_await stream.read_some(room, deadline);
    if (!got && got.error().kind != ErrorKind::closed) co_return std::unexpected(got.error());
    if (!got) {
      // A cut connection says more than that: "without close_notify", "reset by peer" (net/tls_error).
      const bool clean = got.error().what.ends_with("closed by the peer");
      if (auto ended = reader.end(clean); !ended) co_return std::unexpected(std::move(ended.error()));
      co_return reader.take();
    }
    const auto done = reader.feed({room.data(), *got});
    if (!done) co_return std::unexpected(done.error());
    if (*done) co_return reader.take();
  }
}

}  // namespace

Task<Outcome<Response>> fetch(Executor executor, net::TlsContext context, Request request, Limits limits,
                              std::vector<net::Endpoint> endpoints) {
  if (!is_host_name(request.url.host) || !is_target(request.url.target))
    co_return failure(ErrorKind::malformed, "the URL has no usable host or path");
  const auto deadline = in(limits.total);
  endpoints.resize(std::min(endpoints.size(), most_endpoints));
  auto stream = co_await reach(executor, context, request.url.host, endpoints, deadline);
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  const auto where = net::to_text(stream->remote());
  // A server that refuses early answers before it has read everything: its answer counts, not our write.
  const auto written = co_await stream->write(header_of(request) + request.body, deadline);
  if (!written && written.error().kind != ErrorKind::closed)
    co_return std::unexpected(named(written.error(), where));
  auto response = co_await read_response(*stream, limits, deadline);
  if (!response) co_return std::unexpected(named(std::move(response.error()), where));
  co_return response;
}

}  // namespace scop::https_client
