#include "edge/delivery.hpp"

#include "edge/limits.hpp"

namespace scop::edge {

Task<pipe::Result<>> Delivery::begin(Deadline deadline) {
  last_part_given_ = false;
  digest_.emplace();
  auto pass = co_await next_.open(pipe::methods::pass, deadline, trace_);
  if (!pass) co_return std::unexpected(std::move(pass.error()));
  pass_.emplace(std::move(*pass));
  v1::Part part;
  *part.mutable_envelope() = envelope_;
  co_return co_await pass_->write(part, deadline);
}

Task<pipe::Result<>> Delivery::send(std::string_view octets) {
  digest_->add(octets);
  while (!octets.empty()) {
    v1::Part part;
    part.set_data(std::string(octets.substr(0, limits::part)));
    octets.remove_prefix(part.data().size());
    if (auto written = co_await pass_->write(part, in(limits::pass_idle)); !written) co_return written;
  }
  co_return pipe::Result<>{};
}

Task<pipe::Result<v1::Receipt>> Delivery::finish(Deadline deadline) {
  v1::Part part;
  part.mutable_findings()->set_size(digest_->size());
  part.mutable_findings()->set_sha256(digest_->finish());
  last_part_given_ = true;
  auto written = co_await pass_->write(part, deadline);
  // An error of write() says that the callee ended the call; finish() tells how.
  auto receipt = co_await pass_->finish(deadline);
  pass_.reset();
  co_return receipt;
}

Task<pipe::Result<v1::Receipt>> Delivery::send_whole(std::string_view message, Deadline deadline) {
  auto sent = co_await begin(std::min(deadline, in(limits::open_pass)));
  if (sent) sent = co_await send(message);
  if (sent) co_return co_await finish(deadline);
  if (!pass_) co_return std::unexpected(std::move(sent.error()));
  co_return co_await give_up();
}

Task<pipe::Result<v1::Receipt>> Delivery::give_up() {
  auto receipt = co_await pass_->finish(in(limits::open_pass));
  pass_.reset();
  if (receipt && receipt->has_accepted()) {
    co_return pipe::fail(pipe::Code::internal, "accepted before its last part");
  }
  co_return receipt;
}

Task<std::optional<v1::OutcomeAnswer>> Delivery::ask_outcome(Deadline deadline) {
  v1::OutcomeQuestion question;
  question.set_id(envelope_.id());
  Timer timer(co_await asio::this_coro::executor);
  for (auto pause = std::chrono::milliseconds(limits::outcome_pause);
       std::chrono::steady_clock::now() < deadline; pause *= 2) {
    auto answer = co_await next_.call(pipe::methods::outcome, question,
                                      std::min(deadline, in(limits::open_pass)), trace_);
    if (answer && answer->state() != v1::OutcomeAnswer::IN_FLIGHT) co_return *answer;
    timer.expires_at(
        std::min(deadline, in(std::min<std::chrono::milliseconds>(pause, std::chrono::seconds(5)))));
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
  }
  co_return std::nullopt;
}

}  // namespace scop::edge
