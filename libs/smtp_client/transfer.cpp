#include "smtp_client/transfer.hpp"

#include <algorithm>

#include "core/ensure.hpp"

namespace scop::smtp_client {

namespace {

constexpr int closing = 421;
constexpr int start_of_message = 354;
// Commands under way at once: so few that their replies fit the socket's buffers while we still write (RFC
// 2920 3.1).
constexpr std::size_t batch = 64;

Result result_of(const smtp::Reply& reply) {
  if (reply.positive()) return Result::relayed;
  return reply.permanent() ? Result::failed : Result::deferred;
}

// RFC 5321 4.5.3.1.10: 552 is also said for "too many recipients", which is no fault of this one.
bool is_too_many_recipients(const smtp::Reply& reply) {
  return reply.code == 552 && (reply.enhanced.empty() || reply.enhanced == "5.5.3");
}

}  // namespace

Transfer::Transfer(Transaction transaction, const Ground& ground)
    : transaction_(std::move(transaction)),
      capabilities_(ground.capabilities),
      tls_verified_(ground.tls_verified),
      reset_first_(ground.reset_first),
      lmtp_(ground.lmtp),
      standing_(transaction_.recipients.size(), Standing::open) {
  report_.recipients.resize(transaction_.recipients.size());
  for (auto& recipient : report_.recipients) recipient.dsn_passed_on = capabilities_.dsn;
}

Step Transfer::begin() {
  if (transaction_.recipients.empty() || refuse_what_the_host_cannot()) {
    report_.unasked = true;
    needs_reset_ = reset_first_;
    return finish(Need::report);
  }
  write_commands();
  return send_more();
}

// Nobody changes octets behind the signer: a host that cannot take the message as it is gets none.
bool Transfer::refuse_what_the_host_cannot() {
  const auto refuse = [this](const smtp::Reply& reply) {
    decide_all(Result::failed, reply, true);
    return true;
  };
  if (transaction_.requiretls && !(tls_verified_ && capabilities_.requiretls)) return refuse(no_requiretls());
  if (transaction_.smtputf8 && !capabilities_.smtputf8) return refuse(no_smtputf8());
  if (transaction_.eight_bit && !capabilities_.eight_bit_mime) return refuse(no_eight_bit());
  const auto most = capabilities_.size.value_or(0);
  if (most != 0 && transaction_.size > most) return refuse(too_large());
  return false;
}

smtp::MailParameters Transfer::mail_parameters() const {
  smtp::MailParameters parameters;
  if (capabilities_.size && transaction_.size != 0) parameters.size = transaction_.size;
  if (transaction_.eight_bit) parameters.body = smtp::Body::eight_bit_mime;
  parameters.smtputf8 = transaction_.smtputf8;
  parameters.requiretls = transaction_.requiretls;
  if (capabilities_.dsn) {
    parameters.ret = transaction_.ret;
    parameters.envid = transaction_.envid;
  }
  return parameters;
}

void Transfer::write_commands() {
  if (reset_first_) commands_.push_back({Verb::rset, 0, smtp::to_line(smtp::Rset{})});
  commands_.push_back(
      {Verb::mail, 0, smtp::to_line(smtp::Mail{transaction_.reverse_path, mail_parameters()})});
  for (std::size_t i = 0; i < transaction_.recipients.size(); ++i) {
    const auto& recipient = transaction_.recipients[i];
    smtp::RcptParameters parameters;
    if (capabilities_.dsn) parameters = {recipient.notify, recipient.orcpt};
    commands_.push_back({Verb::rcpt, i, smtp::to_line(smtp::Rcpt{recipient.path, parameters})});
  }
  commands_.push_back({Verb::data, 0, smtp::to_line(smtp::Data{})});
}

Step Transfer::send_more() {
  if (sent_ > answered_) return {{}, Need::reply, waiting_for()};
  // Everything sent is answered: whether DATA makes sense is known, unless it leaves in the first batch.
  if (!anyone_undecided() && sent_ > 0) return finish(Need::report);
  Step step{{}, Need::reply, Wait::mail};
  const std::size_t most = capabilities_.pipelining ? batch : 1;
  while (sent_ < commands_.size() && sent_ - answered_ < most) {
    const auto& command = commands_[sent_];
    if (command.verb == Verb::mail) needs_reset_ = true;
    step.send += command.line;
    ++sent_;
  }
  step.wait = waiting_for();
  return step;
}

Step Transfer::on_reply(const smtp::Reply& reply) {
  switch (phase_) {
    case Phase::commands:
      if (reply.code == closing) {
        report_.before_mail = !mail_answered_;
        decide_all(Result::deferred, reply, false);
        return finish(Need::hang_up);
      }
      ENSURE(answered_ < sent_);
      return on_command_reply(commands_[answered_++], reply);
    case Phase::message:
    case Phase::final_reply:
      return on_final_reply(reply);
    case Phase::lone_dot:
      return finish(reply.code == closing ? Need::hang_up : Need::report);
    case Phase::over:
      break;
  }
  return finish(Need::hang_up);
}

Step Transfer::on_command_reply(const Command& command, const smtp::Reply& reply) {
  if (reply.intermediate() && command.verb != Verb::data) {
    report_.before_mail = !mail_answered_;
    decide_all(Result::deferred, lost_reply(Loss::garbage, Wait::mail), true);
    return finish(Need::hang_up);
  }
  switch (command.verb) {
    case Verb::rset:
      if (reply.positive()) break;
      report_.before_mail = true;
      decide_all(Result::deferred, reply, false);
      return finish(Need::hang_up);
    case Verb::mail:
      on_mail_reply(reply);
      break;
    case Verb::rcpt:
      on_rcpt_reply(command.recipient, reply);
      break;
    case Verb::data:
      return on_data_reply(reply);
  }
  return send_more();
}

void Transfer::on_mail_reply(const smtp::Reply& reply) {
  mail_answered_ = true;
  if (!reply.positive()) decide_all(result_of(reply), reply, false);
}

void Transfer::on_rcpt_reply(std::size_t recipient, const smtp::Reply& reply) {
  if (standing_[recipient] == Standing::decided) return;  // MAIL was refused
  if (reply.positive()) {
    standing_[recipient] = Standing::accepted;
    return;
  }
  decide(recipient, is_too_many_recipients(reply) ? Result::deferred : result_of(reply), reply, false);
}

Step Transfer::on_data_reply(const smtp::Reply& reply) {
  if (reply.code == start_of_message) {
    if (anyone_accepted()) {
      phase_ = Phase::message;
      return {{}, Need::message, Wait::message};
    }
    if (lmtp_) return finish(Need::hang_up);  // a dot without recipients would get no reply
    phase_ = Phase::lone_dot;
    return {".\r\n", Need::reply, Wait::final_reply};
  }
  // A 2xx or another 3xx to DATA makes no sense: nothing was sent, so nothing was taken.
  if (!reply.transient() && !reply.permanent()) {
    decide_all(Result::deferred, lost_reply(Loss::garbage, Wait::data), true);
    return finish(Need::hang_up);
  }
  decide_all(result_of(reply), reply, false);
  return finish(Need::report);
}

Step Transfer::on_final_reply(const smtp::Reply& reply) {
  const bool complete = phase_ == Phase::final_reply;
  // Only a refusal means something while the message is still on its way.
  if (reply.intermediate() || (!complete && reply.positive())) {
    report_.uncertain = end_mark_left_;
    decide_all(Result::deferred, lost_reply(Loss::garbage, Wait::final_reply), true);
    return finish(Need::hang_up);
  }
  if (lmtp_ && complete && reply.code != closing) return on_recipients_reply(reply);
  decide_all(result_of(reply), reply, false);
  needs_reset_ = false;
  return finish(complete && reply.code != closing ? Need::report : Need::hang_up);
}

Step Transfer::on_recipients_reply(const smtp::Reply& reply) {
  const auto next = std::ranges::find(standing_, Standing::accepted) - standing_.begin();
  decide(static_cast<std::size_t>(next), result_of(reply), reply, false);
  if (anyone_accepted()) return {{}, Need::reply, Wait::final_reply};
  needs_reset_ = false;
  return finish(Need::report);
}

Step Transfer::message_sent() {
  ENSURE(phase_ == Phase::message);
  end_mark_left_ = true;
  phase_ = Phase::final_reply;
  return {{}, Need::reply, Wait::final_reply};
}

Step Transfer::lost(Loss loss) {
  if (phase_ == Phase::over) return {{}, Need::hang_up, Wait::mail};
  report_.before_mail = phase_ == Phase::commands && !mail_answered_;
  report_.uncertain = end_mark_left_ && anyone_accepted();
  decide_all(Result::deferred, lost_reply(loss, waiting_for()), true);
  return finish(Need::hang_up);
}

void Transfer::decide(std::size_t recipient, Result result, const smtp::Reply& reply, bool ours) {
  if (standing_[recipient] == Standing::decided) return;
  standing_[recipient] = Standing::decided;
  auto& decided = report_.recipients[recipient];
  decided.result = result;
  decided.reply = reply;
  decided.ours = ours;
  decided.dsn_passed_on = capabilities_.dsn && result == Result::relayed;
}

void Transfer::decide_all(Result result, const smtp::Reply& reply, bool ours) {
  for (std::size_t i = 0; i < standing_.size(); ++i) decide(i, result, reply, ours);
}

bool Transfer::anyone_accepted() const {
  return std::ranges::find(standing_, Standing::accepted) != standing_.end();
}

bool Transfer::anyone_undecided() const {
  return std::ranges::any_of(standing_, [](Standing standing) { return standing != Standing::decided; });
}

Step Transfer::finish(Need need) {
  phase_ = Phase::over;
  return {{}, need, Wait::mail};
}

Wait Transfer::waiting_for() const {
  if (phase_ == Phase::message) return Wait::message;
  if (phase_ != Phase::commands) return Wait::final_reply;
  if (answered_ >= commands_.size()) return Wait::mail;
  switch (commands_[answered_].verb) {
    case Verb::rset:
    case Verb::mail:
      return Wait::mail;
    case Verb::rcpt:
      return Wait::rcpt;
    case Verb::data:
      return Wait::data;
  }
  return Wait::mail;
}

}  // namespace scop::smtp_client
