// One mail transaction (RFC 5321 3.3) and what became of each recipient.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "smtp/command.hpp"
#include "smtp/path.hpp"
#include "smtp/reply.hpp"

namespace scop::smtp_client {

struct Recipient {
  smtp::Path path;
  unsigned notify = 0;  // RFC 3461 4.1, bits of smtp::notify
  std::string orcpt;    // decoded, with its type
};

struct Transaction {
  smtp::Path reverse_path;
  smtp::Ret ret = smtp::Ret::unspecified;
  std::string envid;       // decoded
  bool eight_bit = false;  // the octets are not all ASCII
  bool smtputf8 = false;
  bool requiretls = false;
  std::uint64_t size = 0;
  std::vector<Recipient> recipients;  // at least one
};

enum class Result { deferred, relayed, failed };

struct RecipientResult {
  Result result = Result::deferred;
  smtp::Reply reply;
  bool ours = false;           // the reply is not the remote's
  bool dsn_passed_on = false;  // RFC 3461 5.2.1
  bool operator==(const RecipientResult&) const = default;
};

struct Report {
  std::vector<RecipientResult> recipients;  // in the transaction's order
  bool uncertain = false;                   // lost after the final dot: the next hop may have the message
  bool unasked = false;                     // refused for what the host announced at EHLO; nothing was sent
  bool before_mail = false;  // nothing was begun at this host: another one may be tried at once
  bool operator==(const Report&) const = default;
};

}  // namespace scop::smtp_client
