// What can happen to a session. Octets are copied; nothing of an event is kept by reference.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "smtp/reply.hpp"

namespace scop::smtp_session {

// What the session needs to know of the connection's TLS.
struct Tls {
  bool on = false;
  bool channel_binding = false;  // tls-exporter can be had (RFC 9266): SCRAM-…-PLUS is offered
};

struct Connected {
  Tls tls;
};  // first, once; `tls` is on where it is implicit (RFC 8314 3.3)
struct Received {
  std::string_view octets;
};  // answers Read
struct Done {};  // answers Send, Content and Abandon
struct TlsStarted {
  Tls tls;
};  // answers StartTls
struct Judged {
  smtp::Reply reply;
};  // answers JudgeSender, JudgeRecipient (421 ends the session), OpenMessage and FinishMessage

// Answers to CheckPassword, BeginScram and FinishScram.
struct AuthGranted {
  std::string server_final;
};  // empty but for SCRAM
struct AuthChallenge {
  std::string text;
};  // BeginScram alone: the server-first-message
struct AuthRefused {};
struct AuthMalformed {};  // the client's message does not parse or does not fit
struct AuthThrottled {
  unsigned retry_after_s = 0;
};
struct AuthUnavailable {};

enum class Expiry { idle, total, shutdown };
struct Expired {
  Expiry why{};
};  // instead of Received

using Event = std::variant<Connected, Received, Done, TlsStarted, Judged, AuthGranted, AuthChallenge,
                           AuthRefused, AuthMalformed, AuthThrottled, AuthUnavailable, Expired>;

}  // namespace scop::smtp_session
