// What each command does, in the order of RFC 5321 4.1.1 and the extensions behind it.
#include "smtp/capabilities.hpp"
#include "smtp_session/replies.hpp"
#include "smtp_session/session.hpp"

namespace scop::smtp_session {

namespace {

smtp::Capabilities capabilities(const Profile& profile, const Tls& tls) {
  smtp::Capabilities offered;
  offered.host = profile.host;
  offered.pipelining = true;
  offered.eight_bit_mime = true;
  offered.smtputf8 = true;
  offered.chunking = true;
  offered.dsn = true;
  offered.enhanced_status_codes = true;
  offered.size = profile.most_octets;
  offered.starttls = profile.offers_starttls && !tls.on;
  offered.requiretls = profile.offers_requiretls && tls.on;  // RFC 8689 2: only under TLS
  if (profile.offers_auth && tls.on) offered.auth = mechanism_names(tls.channel_binding);
  return offered;
}

}  // namespace

// False where the session ends for it.
bool Session::count_idle_command() {
  if (++idle_commands_ <= profile_.most_idle_commands) return true;
  end(replies::too_many_commands(), "too many commands without a message");
  return false;
}

void Session::greet(std::string name, bool extended) {
  helo_ = std::move(name);
  extended_ = extended;
  if (state_ == State::wants_helo) state_ = State::ready;
  say(extended ? smtp::to_reply(capabilities(profile_, tls_)) : replies::helo(profile_.host));
}

Session::Next Session::run(smtp::Ehlo& command) {
  if (!count_idle_command()) return std::nullopt;
  auto abandoned = forget_transaction();
  greet(std::move(command.name), true);
  return abandoned;
}

Session::Next Session::run(smtp::Helo& command) {
  if (!count_idle_command()) return std::nullopt;
  auto abandoned = forget_transaction();
  greet(std::move(command.name), false);
  return abandoned;
}

std::optional<smtp::Reply> Session::objection(const smtp::Mail& command) const {
  const auto& parameters = command.parameters;
  if (state_ == State::wants_helo) return replies::wants_ehlo();
  if (message_) return replies::in_transaction();
  if (profile_.requires_tls && !tls_.on) return replies::wants_tls();
  if (profile_.requires_auth && !authenticated_) return replies::wants_auth();
  if (parameters.body == smtp::Body::binary_mime) return replies::unsupported_parameter("BODY=BINARYMIME");
  if (parameters.requiretls && !(profile_.offers_requiretls && tls_.on))
    return replies::unsupported_parameter("REQUIRETLS");
  if (command.reverse_path.needs_smtputf8() && !parameters.smtputf8) return replies::wants_smtputf8();
  if (parameters.size.value_or(0) > profile_.most_octets) return replies::too_big(profile_.most_octets);
  return std::nullopt;
}

Session::Next Session::run(smtp::Mail& command) {
  if (const auto reply = objection(command)) return refuse(*reply);
  message_ = std::make_unique<Message>();
  message_->transaction.mail = command;
  return JudgeSender{std::move(command)};
}

Session::Next Session::run(smtp::Rcpt& command) {
  if (state_ == State::wants_helo) return refuse(replies::wants_ehlo());
  if (state_ != State::mail && state_ != State::recipients) {
    return refuse(state_ == State::chunking ? replies::wants_bdat() : replies::wants_mail());
  }
  auto& transaction = message_->transaction;
  if (command.forward_path.needs_smtputf8() && !transaction.mail.parameters.smtputf8)
    return refuse(replies::wants_smtputf8());
  if (transaction.recipients.size() >= profile_.most_recipients) {
    say(replies::too_many_recipients());
    return std::nullopt;
  }
  transaction.recipients.push_back(command);
  return JudgeRecipient{std::move(command)};
}

Session::Next Session::run(smtp::Data&) {
  // RFC 2920 3.1: DATA is the last of its group. Were it refused, the text behind it would be read as
  // commands.
  if (!input_.empty()) {
    end(replies::input_behind("DATA"), "input behind DATA");
    return std::nullopt;
  }
  if (state_ == State::recipients) return OpenMessage{false};
  if (state_ == State::wants_helo) return refuse(replies::wants_ehlo());
  if (state_ == State::chunking) return refuse(replies::wants_bdat());
  return refuse(state_ == State::mail ? replies::wants_recipients() : replies::wants_mail());
}

// RFC 3030 2: the octets follow whatever the answer will be.
Session::Next Session::run(smtp::Bdat& command) {
  // Beyond any hope, and not worth waiting for.
  if (command.size / 2 > profile_.most_octets) {
    end(replies::too_big(profile_.most_octets), "chunk too big");
    return std::nullopt;
  }
  chunk_left_ = command.size;
  if (state_ == State::recipients || state_ == State::chunking) {
    message_->last_chunk = command.last;
    if (state_ == State::recipients) {
      message_->in_chunks = true;
      return OpenMessage{true};
    }
    state_ = State::chunk;
    return std::nullopt;
  }
  after_drop_ = state_ == State::wants_helo ? replies::wants_ehlo()
                : state_ == State::mail     ? replies::wants_recipients()
                                            : replies::wants_mail();
  before_drop_ = state_;
  state_ = State::dropping_chunk;
  return std::nullopt;
}

Session::Next Session::run(smtp::Rset&) {
  if (!count_idle_command()) return std::nullopt;
  auto abandoned = forget_transaction();
  say(replies::ok());
  return abandoned;
}

Session::Next Session::run(smtp::Noop&) {
  if (count_idle_command()) say(replies::ok());
  return std::nullopt;
}

Session::Next Session::run(smtp::Quit&) {
  end(replies::bye(), "QUIT");
  return std::nullopt;
}

Session::Next Session::run(smtp::Vrfy&) {
  if (count_idle_command()) say(replies::cannot_verify());
  return std::nullopt;
}

Session::Next Session::run(smtp::Expn&) { return refuse(replies::not_implemented()); }

Session::Next Session::run(smtp::Help&) {
  if (count_idle_command()) say(replies::help());
  return std::nullopt;
}

Session::Next Session::run(smtp::StartTls&) {
  if (tls_.on) return refuse(replies::tls_already());
  if (!profile_.offers_starttls) return refuse(replies::not_implemented());
  if (message_) return refuse(replies::in_transaction());
  // Octets sent in clear must never be taken for octets that came under TLS (CVE-2011-0411 and its kin).
  if (!input_.empty()) {
    end(replies::input_behind("STARTTLS"), "input behind STARTTLS");
    return std::nullopt;
  }
  say(replies::go_ahead_with_tls());
  state_ = State::starting_tls;
  return flush_then(StartTls{});
}

Session::Next Session::run(smtp::Auth& command) {
  auto initial = std::move(command.initial_response);
  const auto refused = [&](const smtp::Reply& reply) {
    if (initial) wipe(*initial);
    return refuse(reply);
  };
  if (!profile_.offers_auth) return refused(replies::not_implemented());
  if (!tls_.on) return refused(replies::auth_needs_tls());
  if (state_ == State::wants_helo || !extended_) return refused(replies::wants_ehlo());
  if (message_) return refused(replies::in_transaction());
  if (authenticated_) return refused(replies::auth_already());
  if (++auth_tries_ > profile_.most_auth_tries) {
    end(replies::too_many_auth_tries(), "too many AUTH tries");
    return std::nullopt;
  }
  const auto mechanism = find_mechanism(command.mechanism, tls_.channel_binding);
  if (!mechanism) return refused(replies::auth_unknown_mechanism());
  exchange_ = std::make_unique<Exchange>(*mechanism);
  state_ = State::authenticating;
  if (!initial) return take_step(exchange_->begin());
  if (*initial == "=") initial->clear();  // RFC 4954 4: an empty initial response
  return respond(std::move(*initial));
}

}  // namespace scop::smtp_session
