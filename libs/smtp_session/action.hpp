// What a session wants done next: exactly one action for each event; the next event answers it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/secret.hpp"
#include "smtp/command.hpp"
#include "smtp/dot_stuffing.hpp"

namespace scop::smtp_session {

// A mail transaction (RFC 5321 3.3): who it is from and those recipients that were accepted.
struct Transaction {
  smtp::Mail mail;
  std::vector<smtp::Rcpt> recipients;
};

struct Read {};  // wait for octets → Received, Expired
struct Send {
  std::string octets;
};  // → Done
struct StartTls {};     // handshake as server → TlsStarted; where it fails, the session is over
struct CheckPassword {  // → Auth… but AuthChallenge
  std::string login;
  Secret password;
};
struct BeginScram {  // → AuthChallenge or a refusal
  bool plus = false;
  std::string client_first;
};
struct FinishScram {
  std::string client_final;
};  // → Auth… but AuthChallenge
struct JudgeSender {
  smtp::Mail mail;
};  // → Judged: 250 opens the transaction
struct JudgeRecipient {
  smtp::Rcpt recipient;
};  // → Judged: 250 adds the recipient
struct OpenMessage {
  bool in_chunks = false;
};  // → Judged: 354 lets the octets come
struct Content {
  std::string octets;
};  // of the message: CRLF lines, dots taken out → Done
struct FinishMessage {
  smtp::Octets octets;
  bool declared_8bit = false;
};  // all of it was there → Judged: the final reply
struct Abandon {};  // forget the message that OpenMessage began → Done
struct Close {};    // the last action

using Action = std::variant<Read, Send, StartTls, CheckPassword, BeginScram, FinishScram, JudgeSender,
                            JudgeRecipient, OpenMessage, Content, FinishMessage, Abandon, Close>;

}  // namespace scop::smtp_session
