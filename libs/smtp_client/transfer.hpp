// One transaction in an open session: MAIL, RCPT …, DATA, the message, its reply (RFC 5321 3.3, RFC 2920, RFC
// 3461). A machine. Commands form one list: [RSET] MAIL RCPT … RCPT DATA; with PIPELINING they leave in
// batches.
//
//   awaiting          reply        does                                                → awaiting
//   RSET, MAIL, RCPT  2xx          the next commands, when all sent ones are answered  → their replies
//   MAIL              4xx, 5xx     every recipient gets it; replies to what was sent are still read
//   RCPT              4xx, 5xx     this recipient gets it
//   (no recipient is left)         DATA stays unsent                                   → over
//   DATA              354          the message                                         → final reply
//   DATA              354, nobody accepted: "." alone (RFC 2920 3.1)                   → reply to the dot
//   DATA              4xx, 5xx     every accepted recipient gets it                    → over
//   final reply       2xx 4xx 5xx  every accepted recipient gets it                    → over
//   final reply, LMTP 2xx 4xx 5xx  the next accepted recipient gets it                 → final reply, over
//   any               421          everyone undecided is deferred                      → over, hang up
//   any               lost         everyone undecided is deferred; behind the end mark: uncertain
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "smtp/capabilities.hpp"
#include "smtp_client/own_reply.hpp"
#include "smtp_client/step.hpp"
#include "smtp_client/transaction.hpp"

namespace scop::smtp_client {

// What the session has, that the transaction may want.
struct Ground {
  smtp::Capabilities capabilities;
  bool tls_verified = false;  // under TLS, and the certificate fits the host's name
  bool reset_first = false;   // the transaction before left something open
  bool lmtp = false;          // behind the message each accepted recipient has a reply (RFC 2033 4.2)
};

class Transfer {
 public:
  Transfer(Transaction transaction, const Ground& ground);

  Step begin();
  Step on_reply(const smtp::Reply& reply);
  void end_mark_leaving() { end_mark_left_ = true; }
  Step message_sent();
  Step lost(Loss loss);

  bool over() const { return phase_ == Phase::over; }
  bool sending_message() const { return phase_ == Phase::message; }
  bool needs_reset() const { return needs_reset_; }
  const Report& report() const { return report_; }

 private:
  enum class Phase { commands, message, final_reply, lone_dot, over };
  enum class Verb { rset, mail, rcpt, data };
  struct Command {
    Verb verb{};
    std::size_t recipient = 0;
    std::string line;
  };
  bool refuse_what_the_host_cannot();
  void write_commands();
  smtp::MailParameters mail_parameters() const;
  Step send_more();
  Step on_command_reply(const Command& command, const smtp::Reply& reply);
  Step on_data_reply(const smtp::Reply& reply);
  Step on_final_reply(const smtp::Reply& reply);
  Step on_recipients_reply(const smtp::Reply& reply);
  void on_mail_reply(const smtp::Reply& reply);
  void on_rcpt_reply(std::size_t recipient, const smtp::Reply& reply);
  void decide(std::size_t recipient, Result result, const smtp::Reply& reply, bool ours);
  void decide_all(Result result, const smtp::Reply& reply, bool ours);
  bool anyone_accepted() const;
  bool anyone_undecided() const;
  Step finish(Need need);
  Wait waiting_for() const;

  // Of a recipient: nothing said yet, RCPT accepted, or the result stands in the report.
  enum class Standing { open, accepted, decided };

  Transaction transaction_;
  smtp::Capabilities capabilities_;
  bool tls_verified_;
  bool reset_first_;
  bool lmtp_;
  Phase phase_ = Phase::commands;
  std::vector<Command> commands_;
  std::size_t sent_ = 0;
  std::size_t answered_ = 0;
  bool mail_answered_ = false;
  bool needs_reset_ = false;
  bool end_mark_left_ = false;
  std::vector<Standing> standing_;
  Report report_;
};

}  // namespace scop::smtp_client
