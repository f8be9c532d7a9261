#include "smtp_client/session.hpp"

#include "core/ensure.hpp"
#include "smtp/limits.hpp"

namespace scop::smtp_client {

Step Session::received(std::string_view octets) {
  held_ += octets;
  if (transfer_ && transfer_->sending_message()) {
    // Judged when the message has been written, or when that fails.
    if (held_.size() > smtp::limits::reply_octets) return lost(Loss::garbage);
    return {{}, Need::message, Wait::message, true};
  }
  return settle(read_held());
}

// Gives complete replies to the machines until one of them wants something else than a reply.
Step Session::read_held() {
  Step step{{}, Need::reply, Wait::mail};
  bool any = false;
  while (!held_.empty()) {
    const auto used = parser_.feed(held_);
    if (!used) return lost(Loss::garbage);
    held_.erase(0, *used);
    if (!parser_.done()) break;
    auto next = on_reply(parser_.take());
    next.send.insert(0, step.send);
    step = std::move(next);
    any = true;
    if (step.need != Need::reply) break;
  }
  step.keep_deadline = !any;
  return step;
}

Step Session::on_reply(const smtp::Reply& reply) {
  if (!opening_.ready()) return opening_.on_reply(reply);
  if (!transfer_ || transfer_->over()) return lost(Loss::garbage);
  return transfer_->on_reply(reply);
}

// What must hold after every reply, whoever gave the step.
Step Session::settle(Step step) {
  if (step.need == Need::hang_up) broken_ = true;
  if (step.need == Need::tls && !held_.empty()) {
    return settle(opening_.tls_failed("the server sent clear text behind its 220 to STARTTLS"));
  }
  // More than was asked for: whatever it is, it is no reply to what comes next.
  if (step.need == Need::ready && !held_.empty()) return settle(opening_.lost(Loss::garbage));
  if (step.need == Need::report && !held_.empty()) broken_ = true;
  return step;
}

Step Session::tls_established(bool verified) {
  ENSURE(held_.empty());
  verified_ = verified;
  return settle(opening_.tls_established());
}

Step Session::begin(Transaction transaction) {
  ENSURE(reusable());
  const bool reset_first = transfer_ && transfer_->needs_reset();
  transfer_.emplace(std::move(transaction),
                    Ground{opening_.capabilities(), verified_ && in_tls(), reset_first, opening_.is_lmtp()});
  ++transactions_;
  return settle(transfer_->begin());
}

void Session::end_mark_leaving() {
  if (transfer_) transfer_->end_mark_leaving();
}

Step Session::message_sent() {
  ENSURE(transfer_ && transfer_->sending_message());
  auto step = transfer_->message_sent();
  if (held_.empty()) return step;
  auto next = read_held();
  return settle(next.need == Need::reply ? step : next);
}

Step Session::lost(Loss loss) {
  broken_ = true;
  if (!opening_.ready()) return settle(opening_.lost(loss));
  if (!transfer_ || transfer_->over()) return {{}, Need::hang_up, Wait::mail};
  // A refusal may have come before the connection went.
  if (transfer_->sending_message() && !held_.empty()) {
    const auto used = parser_.feed(held_);
    held_.clear();
    if (used && parser_.done()) return settle(transfer_->on_reply(parser_.take()));
  }
  return settle(transfer_->lost(loss));
}

}  // namespace scop::smtp_client
