#include "smtp_client/opening.hpp"

#include <algorithm>

#include "core/base64.hpp"
#include "smtp/command.hpp"

namespace scop::smtp_client {

namespace {

constexpr int closing = 421;
constexpr int never_takes_mail = 521;  // RFC 7504

}  // namespace

Step Opening::say_ehlo() {
  state_ = State::ehlo;
  capabilities_ = {};
  auto line = smtp::to_line(smtp::Ehlo{policy_.helo});
  if (policy_.lmtp) line.replace(0, 4, "LHLO");
  return {std::move(line), Need::reply, Wait::ehlo};
}

Step Opening::on_reply(const smtp::Reply& reply) {
  if (reply.code == closing) return fail(reply, false);
  switch (state_) {
    case State::greeting:
      return reply.code == 220 ? say_ehlo() : fail(reply, false);
    case State::ehlo:
      if (reply.code == 250) {
        capabilities_ = smtp::parse_capabilities(reply);
        return on_hello();
      }
      if (!reply.permanent() || policy_.lmtp) return fail(reply, false);
      state_ = State::helo;
      return {smtp::to_line(smtp::Helo{policy_.helo}), Need::reply, Wait::ehlo};
    case State::helo:
      return reply.code == 250 ? on_hello() : fail(reply, false);
    case State::starttls:
      if (reply.code != 220) return go_on_in_clear_or_fail(reply, false);
      state_ = State::handshake;
      return {{}, Need::tls, Wait::starttls};
    case State::auth:
      return reply.code == 235 ? become_ready() : fail(reply, false);
    case State::handshake:
    case State::ready:
    case State::failed:
      break;
  }
  return fail(lost_reply(Loss::garbage, waiting_for()), true);
}

Step Opening::on_hello() {
  if (tls_) return authenticate();
  if (policy_.tls == TlsPolicy::off) return authenticate();
  if (!capabilities_.starttls) return go_on_in_clear_or_fail(tls_not_offered(), true);
  state_ = State::starttls;
  return {smtp::to_line(smtp::StartTls{}), Need::reply, Wait::starttls};
}

Step Opening::go_on_in_clear_or_fail(smtp::Reply reply, bool ours) {
  if (policy_.tls == TlsPolicy::opportunistic) return authenticate();
  return fail(std::move(reply), ours);
}

// RFC 4954 4, RFC 4616. A password never leaves in clear text.
Step Opening::authenticate() {
  if (policy_.credentials == nullptr) return become_ready();
  const bool offered = std::ranges::find(capabilities_.auth, "PLAIN") != capabilities_.auth.end();
  if (!tls_ || !offered) return fail(auth_not_possible(), true);
  std::string response;
  response += '\0';
  response += policy_.credentials->login;
  response += '\0';
  response += policy_.credentials->password;
  state_ = State::auth;
  Step step{smtp::to_line(smtp::Auth{"PLAIN", to_base64(response)}), Need::reply, Wait::auth};
  wipe(response);
  return step;
}

Step Opening::become_ready() {
  state_ = State::ready;
  return {{}, Need::ready, Wait::mail};
}

Step Opening::tls_established() {
  if (state_ != State::handshake) return fail(lost_reply(Loss::garbage, waiting_for()), true);
  tls_ = true;
  return say_ehlo();
}

Step Opening::tls_failed(std::string_view what) {
  const bool clear_is_allowed = policy_.tls == TlsPolicy::opportunistic && !policy_.implicit_tls;
  auto step = fail(tls_failed_reply(what), true);
  trouble_->handshake_failed = clear_is_allowed;
  return step;
}

Step Opening::lost(Loss loss) { return fail(lost_reply(loss, waiting_for()), true); }

Step Opening::fail(smtp::Reply reply, bool ours) {
  // A greeting of 554 and a refused AUTH may be a block or a mistake that somebody mends: only 521 is for
  // ever.
  const bool permanent = state_ == State::greeting && reply.code == never_takes_mail;
  state_ = State::failed;
  if (!trouble_) trouble_ = Trouble{std::move(reply), ours, permanent, false};
  return {{}, Need::hang_up, Wait::greeting};
}

Wait Opening::waiting_for() const {
  switch (state_) {
    case State::greeting:
      return Wait::greeting;
    case State::starttls:
    case State::handshake:
      return Wait::starttls;
    case State::auth:
      return Wait::auth;
    default:
      return Wait::ehlo;
  }
}

}  // namespace scop::smtp_client
