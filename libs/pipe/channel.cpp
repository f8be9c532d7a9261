#include "pipe/channel.hpp"

#include "pipe/channel_state.hpp"

namespace scop::pipe {

namespace {

class OutgoingCall final : public OutgoingOctets {
 public:
  explicit OutgoingCall(std::unique_ptr<ClientCall> call) : call_(std::move(call)) {}

  Task<Result<>> write(std::string octets, Deadline deadline) override {
    if (!call_->is_over()) call_->send(octets);
    co_return co_await call_->wait_drained(deadline);
  }

  Task<Result<std::string>> finish(Deadline deadline) override {
    call_->end();
    co_return co_await call_->wait_result(deadline);
  }

 private:
  std::unique_ptr<ClientCall> call_;
};

}  // namespace

Channel::Channel(asio::io_context& io, const Log& log, std::string trust_domain, std::string callee,
                 net::Endpoint endpoint)
    : state_(std::make_shared<State>(io, log, std::move(trust_domain), std::move(callee),
                                     std::move(endpoint))) {}

Channel::~Channel() { state_->close(); }

void Channel::use(net::TlsContext context) { state_->context = std::move(context); }

Task<Result<std::string>> Channel::call_octets(std::string_view path, std::string request, Deadline deadline,
                                               std::string trace) {
  return State::call(state_, path, std::move(request), deadline, std::move(trace));
}

Task<Result<std::unique_ptr<OutgoingOctets>>> Channel::open_octets(std::string_view path, Deadline deadline,
                                                                   std::string trace) {
  auto call = co_await State::begin(state_, path, false, deadline, std::move(trace));
  if (!call) co_return std::unexpected(std::move(call.error()));
  co_return std::make_unique<OutgoingCall>(std::move(*call));
}

}  // namespace scop::pipe
