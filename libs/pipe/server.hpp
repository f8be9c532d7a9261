// The callee's end of the pipes: gRPC's wire protocol (HTTP/2, "application/grpc", length-prefixed protobuf)
// over TLS 1.3 with client certificates. A caller is its certificate's URI spiffe://<domain>/<name>; each
// method asks the topology whether that caller may; everyone else gets PERMISSION_DENIED and a log line.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "asio/task.hpp"
#include "log/log.hpp"
#include "net/endpoint.hpp"
#include "net/listener.hpp"
#include "net/tls.hpp"
#include "pipe/method.hpp"
#include "pipe/status.hpp"

namespace scop::pipe {

struct ServerLimits {
  std::size_t connections = 256;
  std::uint32_t streams_per_connection = 256;     // over it: the stream is refused (REFUSED_STREAM)
  std::size_t message_octets = 4U << 20U;         // one protobuf message
  std::uint32_t stream_window = 256U << 10U;      // HTTP/2 flow control
  std::chrono::milliseconds idle_stream{60'000};  // a request stream that stays silent is cancelled
};

// What the handler knows of the call.
struct Call {
  std::string caller;                // "submission"
  std::optional<Deadline> deadline;  // the caller's grpc-timeout
  std::string trace;                 // metadata "scop-trace"; may be empty
};

// The requests of a client-streaming call, one serialised message each; nullopt is the clean end.
class IncomingOctets {
 public:
  virtual ~IncomingOctets() = default;
  virtual Task<Result<std::optional<std::string>>> next(Deadline deadline) = 0;
};

template <class Request>
class Incoming {
 public:
  explicit Incoming(IncomingOctets& octets) : octets_(octets) {}
  Task<Result<std::optional<Request>>> next(Deadline deadline) {
    auto octets = co_await octets_.next(deadline);
    if (!octets) co_return std::unexpected(std::move(octets.error()));
    if (!*octets) co_return std::nullopt;
    Request request;
    if (!request.ParseFromString(**octets))
      co_return fail(Code::invalid_argument, "the request is not valid protobuf");
    co_return std::optional<Request>(std::move(request));
  }

 private:
  IncomingOctets& octets_;
};

class Server {
 public:
  using UnaryOctets = std::function<Task<Result<std::string>>(Call, std::string)>;
  using StreamOctets = std::function<Task<Result<std::string>>(Call, IncomingOctets&)>;

  // `name` is the callee's own; `trust_domain` what callers' identities must be of.
  Server(asio::io_context& io, const Log& log, std::string trust_domain, std::string name,
         ServerLimits limits = {});
  ~Server();

  Outcome<> bind(const net::Endpoint& endpoint);  // opens the port; nobody is served before start()
  net::Endpoint local() const;
  void use(net::TlsContext context);  // also later, for a renewed certificate
  void start();
  // No new connections or streams (GOAWAY); waits for those under way until the deadline.
  Task<> drain(Deadline deadline);

  // A handler whose caller goes away is not cut off: it runs to its end (it may be committing), its answer is
  // dropped.
  template <class Request, class Response, class Handler>  // Task<Result<Response>>(Call, Request)
  void on_unary(const Method<Request, Response>& method, Handler handler) {
    add_unary(method.path, [handler](Call call, std::string octets) -> Task<Result<std::string>> {
      Request request;
      if (!request.ParseFromString(octets))
        co_return fail(Code::invalid_argument, "the request is not valid protobuf");
      auto response = co_await handler(std::move(call), std::move(request));
      if (!response) co_return std::unexpected(std::move(response.error()));
      co_return response->SerializeAsString();
    });
  }
  template <class Request, class Response, class Handler>  // Task<Result<Response>>(Call, Incoming<Request>&)
  void on_stream(const Method<Request, Response>& method, Handler handler) {
    add_stream(method.path, [handler](Call call, IncomingOctets& octets) -> Task<Result<std::string>> {
      Incoming<Request> incoming(octets);
      auto response = co_await handler(std::move(call), incoming);
      if (!response) co_return std::unexpected(std::move(response.error()));
      co_return response->SerializeAsString();
    });
  }

 private:
  void add_unary(std::string_view path, UnaryOctets handler);
  void add_stream(std::string_view path, StreamOctets handler);
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace scop::pipe
