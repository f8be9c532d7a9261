#include "smtp_session/session.hpp"

#include <array>
#include <utility>

#include "core/ensure.hpp"
#include "smtp_session/replies.hpp"

namespace scop::smtp_session {

namespace {
constexpr std::size_t most_output = 4096;
}

Action Session::on(Event event) {
  std::visit([this](auto& happened) { take(happened); }, event);
  if (due_ == Due::done && next_) return give(*std::exchange(next_, std::nullopt));
  return advance();
}

void Session::take(Connected& event) {
  ENSURE(due_ == Due::connected);
  tls_ = event.tls;
  state_ = State::wants_helo;
  say(replies::greeting(profile_.host));
}

void Session::take(Received& event) {
  ENSURE(due_ == Due::octets);
  input_.add(event.octets);
}

void Session::take(Done&) { ENSURE(due_ == Due::done); }

// RFC 3207 4.2: what was said in clear is forgotten.
void Session::take(TlsStarted& event) {
  ENSURE(due_ == Due::tls && input_.empty());
  tls_ = event.tls;
  helo_.clear();
  extended_ = false;
  state_ = State::wants_helo;
}

void Session::take(Judged& event) {
  const auto& reply = event.reply;
  switch (due_) {
    case Due::sender:
      if (reply.positive()) {
        state_ = State::mail;
      } else {
        message_.reset();
      }
      break;
    case Due::recipient:
      if (reply.positive()) {
        state_ = State::recipients;
      } else {
        message_->transaction.recipients.pop_back();
      }
      break;
    case Due::open:
      return open(reply);
    case Due::verdict:
      message_.reset();
      state_ = State::ready;
      idle_commands_ = 0;
      return say(reply);
    default:
      ENSURE(false);
  }
  if (reply.code == 421) {
    end(reply, "sent away");
  } else if (reply.permanent()) {
    refuse(reply);
  } else {
    say(reply);
  }
}

void Session::open(const smtp::Reply& reply) {
  if (reply.intermediate()) {
    message_->open = true;
    state_ = message_->in_chunks ? State::chunk : State::data;
    if (state_ == State::data) say(reply);
    return;
  }
  if (message_->in_chunks) {
    after_drop_ = reply;
    before_drop_ = State::ready;
    state_ = State::dropping_chunk;
    message_.reset();
    return;
  }
  message_.reset();
  state_ = State::ready;
  say(reply);
}

void Session::take(AuthGranted& event) {
  ENSURE(due_ == Due::auth);
  if (!event.server_final.empty()) {
    // RFC 4954 4: SMTP has no room for data beside 235, so it goes as one more challenge.
    exchange_->wait_for_confirmation();
    return say(replies::challenge(event.server_final));
  }
  take_step(Exchange::Confirmed{});
}

void Session::take(AuthChallenge& event) {
  ENSURE(due_ == Due::auth);
  say(replies::challenge(event.text));
}

void Session::take(AuthRefused&) { refuse_auth(replies::auth_refused()); }
void Session::take(AuthMalformed&) { refuse_auth(replies::auth_malformed()); }
void Session::take(AuthThrottled& event) { refuse_auth(replies::auth_throttled(event.retry_after_s)); }
void Session::take(AuthUnavailable&) { refuse_auth(replies::auth_unavailable()); }

void Session::take(Expired& event) {
  ENSURE(due_ == Due::octets);
  constexpr std::array<std::string_view, 3> reasons{"idle", "total time", "shutdown"};
  end(replies::expired(event.why), reasons.at(static_cast<std::size_t>(event.why)));
}

Action Session::give(Action action) {
  struct DueOf {
    Due operator()(const Read&) const { return Due::octets; }
    Due operator()(const Send&) const { return Due::done; }
    Due operator()(const Content&) const { return Due::done; }
    Due operator()(const Abandon&) const { return Due::done; }
    Due operator()(const StartTls&) const { return Due::tls; }
    Due operator()(const CheckPassword&) const { return Due::auth; }
    Due operator()(const BeginScram&) const { return Due::auth; }
    Due operator()(const FinishScram&) const { return Due::auth; }
    Due operator()(const JudgeSender&) const { return Due::sender; }
    Due operator()(const JudgeRecipient&) const { return Due::recipient; }
    Due operator()(const OpenMessage&) const { return Due::open; }
    Due operator()(const FinishMessage&) const { return Due::verdict; }
    Due operator()(const Close&) const { return Due::nothing; }
  };
  due_ = std::visit(DueOf{}, action);
  return action;
}

Action Session::advance() {
  for (;;) {
    if (auto next = step()) return give(std::move(*next));
  }
}

Session::Next Session::step() {
  if (output_.size() >= most_output) return Send{std::exchange(output_, {})};
  switch (state_) {
    case State::closing:
      if (auto abandoned = forget_transaction()) return abandoned;
      if (!output_.empty()) return Send{std::exchange(output_, {})};
      return Close{};
    case State::authenticating:
      return take_auth_line();
    case State::data:
      return take_data();
    case State::chunk:
      return take_chunk();
    case State::dropping_chunk:
      return drop_chunk();
    default:
      return take_command();
  }
}

// Nothing left to work on.
Session::Next Session::wait() {
  if (!output_.empty()) return Send{std::exchange(output_, {})};
  if (!in_content()) input_.release();
  return Read{};
}

Session::Next Session::flush_then(Action action) {
  if (output_.empty()) return action;
  next_ = std::move(action);
  return Send{std::exchange(output_, {})};
}

Session::Next Session::take_command() {
  auto line = input_.take_line(smtp::longest_line);
  switch (line.kind) {
    case Input::Kind::none:
      return wait();
    case Input::Kind::too_long:
      return refuse(replies::of_problem({smtp::Fault::line_too_long, {}}));
    case Input::Kind::endless:
      end(replies::of_problem({smtp::Fault::line_too_long, {}}), "endless line");
      return std::nullopt;
    case Input::Kind::bare:
      end(replies::bare_line_end(), "bare line end");
      return std::nullopt;
    case Input::Kind::line:
      break;
  }
  auto command = smtp::parse_command(line.text);
  wipe(line.text);
  if (!command && command.error().fault == smtp::Fault::foreign_protocol) {
    end(replies::of_problem(command.error()), "foreign protocol");
    return std::nullopt;
  }
  if (!command) return refuse(replies::of_problem(command.error()));
  return std::visit([this](auto& known) { return run(known); }, *command);
}

void Session::say(const smtp::Reply& reply) { output_ += smtp::to_text(reply); }

Session::Next Session::refuse(const smtp::Reply& reply) {
  if (++errors_ > profile_.most_errors) {
    end(replies::too_many_errors(), "too many errors");
  } else {
    say(reply);
  }
  return std::nullopt;
}

void Session::end(const smtp::Reply& reply, std::string_view why) {
  say(reply);
  input_.drop_all();
  exchange_.reset();
  ending_ = why;
  state_ = State::closing;
}

// Abandon, where the service holds octets of a message.
Session::Next Session::forget_transaction() {
  const bool open = message_ && message_->open;
  message_.reset();
  if (state_ == State::mail || state_ == State::recipients || state_ == State::chunking)
    state_ = State::ready;
  if (open) return Abandon{};
  return std::nullopt;
}

}  // namespace scop::smtp_session
