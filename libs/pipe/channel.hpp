// The caller's end of a pipe to one callee: connects when first needed, is reused, reconnects with backoff
// (100 ms doubling to 5 s, jittered) and checks that the callee's certificate says
// spiffe://<domain>/<callee>.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "asio/task.hpp"
#include "log/log.hpp"
#include "net/endpoint.hpp"
#include "net/tls.hpp"
#include "pipe/method.hpp"
#include "pipe/status.hpp"

namespace scop::pipe {

// One client-streaming call under way. Destroying it before finish() resets the stream (the callee sees
// CANCELLED).
class OutgoingOctets {
 public:
  virtual ~OutgoingOctets() = default;
  // Waits for HTTP/2's windows. An error means that the callee has ended the call: finish() tells how.
  virtual Task<Result<>> write(std::string octets, Deadline deadline) = 0;
  virtual Task<Result<std::string>> finish(Deadline deadline) = 0;
};

template <class Request, class Response>
class Outgoing {
 public:
  explicit Outgoing(std::unique_ptr<OutgoingOctets> octets) : octets_(std::move(octets)) {}
  Task<Result<>> write(const Request& request, Deadline deadline) {
    co_return co_await octets_->write(request.SerializeAsString(), deadline);
  }
  // Half-closes and waits for the one response.
  Task<Result<Response>> finish(Deadline deadline) {
    auto octets = co_await octets_->finish(deadline);
    if (!octets) co_return std::unexpected(std::move(octets.error()));
    Response response;
    if (!response.ParseFromString(*octets))
      co_return fail(Code::internal, "the response is not valid protobuf");
    co_return response;
  }

 private:
  std::unique_ptr<OutgoingOctets> octets_;
};

class Channel {
 public:
  Channel(asio::io_context& io, const Log& log, std::string trust_domain, std::string callee,
          net::Endpoint endpoint);
  ~Channel();
  void use(net::TlsContext context);  // also later, for a renewed certificate: new connections use it

  template <class Request, class Response>
  Task<Result<Response>> call(const Method<Request, Response>& method, const Request& request,
                              Deadline deadline, std::string trace = {}) {
    auto octets = co_await call_octets(method.path, request.SerializeAsString(), deadline, std::move(trace));
    if (!octets) co_return std::unexpected(std::move(octets.error()));
    Response response;
    if (!response.ParseFromString(*octets))
      co_return fail(Code::internal, "the response is not valid protobuf");
    co_return response;
  }

  // Opens a client-streaming call. `deadline` is for the opening alone: while bytes flow only idle limits
  // hold.
  template <class Request, class Response>
  Task<Result<Outgoing<Request, Response>>> open(const Method<Request, Response>& method, Deadline deadline,
                                                 std::string trace = {}) {
    auto octets = co_await open_octets(method.path, deadline, std::move(trace));
    if (!octets) co_return std::unexpected(std::move(octets.error()));
    co_return Outgoing<Request, Response>(std::move(*octets));
  }

 private:
  Task<Result<std::string>> call_octets(std::string_view path, std::string request, Deadline deadline,
                                        std::string trace);
  Task<Result<std::unique_ptr<OutgoingOctets>>> open_octets(std::string_view path, Deadline deadline,
                                                            std::string trace);
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace scop::pipe
