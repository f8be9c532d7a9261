// What the driver of a session shall do next: write `send` (where not empty), then what `need` says.
#pragma once

#include <chrono>
#include <string>

namespace scop::smtp_client {

// What is awaited: names the limit (RFC 5321 4.5.3.2) and the text of a time-out.
enum class Wait { greeting, ehlo, starttls, auth, mail, rcpt, data, message, final_reply };

struct Timeouts {
  std::chrono::milliseconds connect{30'000};
  std::chrono::milliseconds greeting{300'000};
  std::chrono::milliseconds ehlo{300'000};
  std::chrono::milliseconds tls{60'000};
  std::chrono::milliseconds mail{300'000};
  std::chrono::milliseconds rcpt{300'000};
  std::chrono::milliseconds data{120'000};
  std::chrono::milliseconds block{180'000};
  std::chrono::milliseconds final_reply{600'000};
  bool operator==(const Timeouts&) const = default;
};

inline std::chrono::milliseconds limit_of(Wait wait, const Timeouts& timeouts) {
  switch (wait) {
    case Wait::greeting:
      return timeouts.greeting;
    case Wait::ehlo:
    case Wait::starttls:
    case Wait::auth:
      return timeouts.ehlo;
    case Wait::mail:
      return timeouts.mail;
    case Wait::rcpt:
      return timeouts.rcpt;
    case Wait::data:
      return timeouts.data;
    case Wait::message:
      return timeouts.block;
    case Wait::final_reply:
      return timeouts.final_reply;
  }
  return timeouts.ehlo;
}

enum class Need {
  reply,    // read, and give the octets to received()
  tls,      // start TLS, then tls_established() or tls_failed()
  ready,    // the session is open: begin() a transaction
  message,  // write the dot-stuffed message: end_mark_leaving() before its last octets, message_sent() behind
            // them
  report,   // the transaction has ended: report()
  hang_up,  // the session is of no use any more: trouble() or report() says why
};

struct Step {
  std::string send;
  Need need = Need::reply;
  Wait wait = Wait::greeting;
  bool keep_deadline = false;  // nothing was completed: the wait goes on, however the octets trickle in
  bool operator==(const Step&) const = default;
};

}  // namespace scop::smtp_client
