// One connection to a mailbox server by LMTP (RFC 2033): performs the client machine's steps on a stream.
// Every wait has its limit, and the delivery's own end.
#pragma once

#include "neighbours.hpp"
#include "net/stream.hpp"
#include "smtp_client/session.hpp"

namespace scop::relay {

class LmtpConnection {
 public:
  LmtpConnection(net::Stream stream, std::string helo);

  // Greeting to readiness. False: trouble() says why.
  Task<bool> open(Deadline end);
  // A whole transaction; report() says what became of each recipient. An error is a message that cannot be
  // read: no end mark has left.
  Task<Outcome<>> transact(smtp_client::Transaction transaction, Pieces pieces, Deadline end);

  const smtp_client::Trouble& trouble() const { return *session_.trouble(); }
  const smtp_client::Report& report() const { return session_.report(); }
  bool reusable() const { return session_.reusable(); }
  bool is_fresh() const { return session_.transactions() == 0; }
  Deadline idle_since() const { return idle_since_; }
  void rests() { idle_since_ = std::chrono::steady_clock::now(); }

 private:
  using Step = smtp_client::Step;
  Task<Step> perform(Step step, Deadline end);
  Task<Step> read_reply(Deadline deadline);
  Task<Outcome<Step>> send_message(Pieces pieces, Deadline end);

  net::Stream stream_;
  smtp_client::Session session_;
  Deadline idle_since_{};
};

}  // namespace scop::relay
