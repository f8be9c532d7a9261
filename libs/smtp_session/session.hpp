// The server's half of an SMTP dialogue (RFC 5321, RFC 6409 and extensions) as a machine: on(event) → one
// action. Owns no socket, clock or log, and decides nothing about people: it asks. Used by submission and
// receiver.
//
//   state        command or event              action                            next state
//   ─────────────────────────────────────────────────────────────────────────────────────────────────────────
//   (start)      Connected                     Send 220                          wants_helo
//   wants_helo   EHLO, HELO                    Send 250                          ready
//   any of these NOOP RSET VRFY HELP QUIT      Send; RSET ends the transaction   same, ready; QUIT: closing
//   any of these STARTTLS, nothing behind it   Send 220, StartTls                starting_tls
//   starting_tls TlsStarted                    Read (all before is forgotten)    wants_helo
//   ready        AUTH                          Send 334 or an auth question      authenticating
//   authenticating  line                       Send 334, CheckPassword,          authenticating
//                                              BeginScram, FinishScram
//                "*", Auth… event              Send 501, 235, 535, 454           ready
//   ready        MAIL                          JudgeSender                       Judged 250: mail
//   mail, recipients  RCPT                     JudgeRecipient                    Judged 250: recipients
//   recipients   DATA                          OpenMessage{}                     Judged 354: Send, data
//   recipients   BDAT                          OpenMessage{chunks}               Judged 354: chunk
//   data         octets                        Content …, at the end FinishMessage → Judged: Send, ready
//   chunk        octets                        Content …, Send 250               chunking
//   chunking     BDAT                          (as chunk) LAST: FinishMessage    chunk → Judged: Send, ready
//   any          BDAT out of order             octets are read and dropped, Send 503   same
//   any          Expired, too many errors …    Send 421                          closing
//   any          a sender or recipient Judged 421   Send 421                     closing
//   closing      Done                          Close                             –
//
// Out of order is 503; MAIL without TLS or AUTH where required is 530. Replies keep the order of commands
// (RFC 2920) and are sent together: when input runs out, before a slow question, or at 4 KiB.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "smtp/command.hpp"
#include "smtp/reply.hpp"
#include "smtp_session/action.hpp"
#include "smtp_session/event.hpp"
#include "smtp_session/exchange.hpp"
#include "smtp_session/input.hpp"
#include "smtp_session/profile.hpp"

namespace scop::smtp_session {

class Session {
 public:
  explicit Session(const Profile& profile) : profile_(profile) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Action on(Event event);

  // From JudgeSender to the final reply, with the recipient that is being judged; nullptr otherwise.
  const Transaction* transaction() const { return message_ ? &message_->transaction : nullptr; }
  const std::string& helo() const { return helo_; }
  bool extended() const { return extended_; }  // EHLO, not HELO
  bool authenticated() const { return authenticated_; }
  unsigned errors() const { return errors_; }
  // Octets of a message are coming: the reader may use large buffers.
  bool in_content() const {
    return state_ == State::data || state_ == State::chunk || state_ == State::dropping_chunk;
  }
  // What the client did last, for the log: "QUIT", "too many errors"; empty while it goes on.
  std::string_view ending() const { return ending_; }

 private:
  enum class State {
    start,
    wants_helo,
    ready,
    starting_tls,
    authenticating,
    mail,
    recipients,
    chunking,  // between commands
    data,
    chunk,
    dropping_chunk,
    finishing,  // within a message
    closing,
  };
  // Which event is due.
  enum class Due { connected, octets, done, tls, sender, recipient, open, verdict, auth, nothing };
  using Next = std::optional<Action>;  // nullopt: go on with the input

  struct Message {
    Transaction transaction;
    smtp::DotUnstuffer unstuffer;
    smtp::OctetWatch watch;
    bool in_chunks = false;
    bool last_chunk = false;
    bool open = false;  // OpenMessage was answered with 354, and neither FinishMessage nor Abandon followed
    bool dropped = false;  // too big: octets are read and forgotten
  };

  // session.cpp
  void take(Connected& event);
  void take(Received& event);
  void take(Done& event);
  void take(TlsStarted& event);
  void take(Judged& event);
  void take(AuthGranted& event);
  void take(AuthChallenge& event);
  void take(AuthRefused& event);
  void take(AuthMalformed& event);
  void take(AuthThrottled& event);
  void take(AuthUnavailable& event);
  void take(Expired& event);
  void open(const smtp::Reply& reply);
  Action advance();
  Action give(Action action);
  Next step();
  Next wait();
  Next take_command();
  Next flush_then(Action action);
  void say(const smtp::Reply& reply);
  Next refuse(const smtp::Reply& reply);  // counts
  void end(const smtp::Reply& reply, std::string_view why);
  Next forget_transaction();

  // commands.cpp
  Next run(smtp::Ehlo& command);
  Next run(smtp::Helo& command);
  Next run(smtp::Mail& command);
  Next run(smtp::Rcpt& command);
  Next run(smtp::Data& command);
  Next run(smtp::Bdat& command);
  Next run(smtp::Rset& command);
  Next run(smtp::Noop& command);
  Next run(smtp::Quit& command);
  Next run(smtp::Vrfy& command);
  Next run(smtp::Expn& command);
  Next run(smtp::Help& command);
  Next run(smtp::StartTls& command);
  Next run(smtp::Auth& command);
  void greet(std::string name, bool extended);
  bool count_idle_command();
  std::optional<smtp::Reply> objection(const smtp::Mail& command) const;

  // sasl.cpp
  Next take_auth_line();
  Next respond(std::string message);
  Next take_step(Exchange::Step step);
  Next refuse_auth(const smtp::Reply& reply);

  // content.cpp
  Next take_data();
  Next take_chunk();
  Next drop_chunk();
  Next pass_on(std::string octets);
  Next end_chunk();
  Next finish();
  Next refuse_message(const smtp::Reply& reply);

  const Profile& profile_;
  State state_ = State::start;
  Due due_ = Due::connected;
  Tls tls_;
  bool extended_ = false;
  bool authenticated_ = false;
  unsigned errors_ = 0;
  unsigned auth_tries_ = 0;
  unsigned idle_commands_ = 0;
  Input input_;
  std::string output_;
  Next next_;  // behind the Send under way
  std::string helo_;
  std::string_view ending_;
  std::uint64_t chunk_left_ = 0;
  smtp::Reply after_drop_;  // said once an unwanted chunk is through
  State before_drop_ = State::ready;
  std::unique_ptr<Message> message_;
  std::unique_ptr<Exchange> exchange_;
};

}  // namespace scop::smtp_session
