// An SMTP client's side of one connection (RFC 5321): octets and events in, steps out; never touches a socket
// or a clock. connected() … Need::ready, then begin() … Need::report any number of times, until
// Need::hang_up.
//
// Every reply is the hostile server's: bounded by smtp::limits; what comes unasked ends the session; octets
// behind the 220 to STARTTLS came in clear text and end it too (CVE-2021-38371 and its kin).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "smtp_client/opening.hpp"
#include "smtp_client/transfer.hpp"

namespace scop::smtp_client {

class Session {
 public:
  explicit Session(Policy policy) : opening_(std::move(policy)) {}

  Step connected() { return opening_.connected(); }
  // While a step needs a reply, and, where the remote speaks up early, while it needs the message.
  Step received(std::string_view octets);
  Step tls_established(bool verified);
  // Implicit TLS: the handshake came before everything.
  void began_in_tls(bool verified) { verified_ = verified; }
  Step tls_failed(std::string_view what) { return opening_.tls_failed(what); }
  Step begin(Transaction transaction);
  // The last octets of the message are about to be written: from here on a loss is uncertain.
  void end_mark_leaving();
  Step message_sent();
  // The connection is gone, or the wait was too long.
  Step lost(Loss loss);

  // After Need::report or Need::hang_up.
  const Report& report() const { return transfer_->report(); }
  const std::optional<Trouble>& trouble() const { return opening_.trouble(); }
  bool in_tls() const { return opening_.in_tls(); }
  const smtp::Capabilities& capabilities() const { return opening_.capabilities(); }
  unsigned transactions() const { return transactions_; }
  // Whether another transaction may be begun.
  bool reusable() const {
    return opening_.ready() && !broken_ && held_.empty() && (!transfer_ || transfer_->over());
  }

 private:
  Step read_held();
  Step on_reply(const smtp::Reply& reply);
  Step settle(Step step);

  Opening opening_;
  std::optional<Transfer> transfer_;
  smtp::ReplyParser parser_;
  std::string held_;  // octets behind what has been dealt with
  bool verified_ = false;
  bool broken_ = false;
  unsigned transactions_ = 0;
};

}  // namespace scop::smtp_client
