// Delivery status notifications: multipart/report with a part for people, one for programs and the original
// or its header (RFC 3464, RFC 3462; RFC 6533 where addresses or header need UTF-8). The result depends on
// the arguments alone, so that a notification built again after a crash is the same. Never more than
// `most_quoted` of the original.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "dsn/notify.hpp"

namespace scop::dsn {

struct RecipientStatus {
  std::string address;   // Final-Recipient
  std::string original;  // decoded ORCPT, "rfc822;a@b"; empty: none
  Action action = Action::failed;
  std::string status;      // RFC 3463: "5.1.1"; empty or malformed: 5.0.0, 4.0.0, 2.0.0
  std::string diagnostic;  // the SMTP reply: "550 5.1.1 no such user"
  std::string remote_mta;  // who gave the reply; empty: we did
  Time last_attempt{};
};

struct ReportView {
  std::string_view reporting_mta;  // our host name
  std::string_view from;           // whom people may answer to: postmaster@…
  std::string_view to;             // the original's reverse path
  std::string_view id;             // 32 hex digits: Message-ID and boundary
  std::string_view envid;          // decoded; empty: none
  Time date{};
  Time arrival{};                   // of the original
  std::optional<Time> retry_until;  // of delayed ones
  const std::vector<RecipientStatus>& recipients;
  std::string_view header;  // of the original, with or without the empty line
  std::string_view body;
  bool with_body = false;  // RET=FULL; the header alone where the whole is over most_quoted
  bool smtputf8 = false;   // the original needed SMTPUTF8
};

inline constexpr std::size_t most_quoted = 64U << 10U;

struct Notification {
  std::string octets;      // CRLF line ends, no line over 998 octets
  bool eight_bit = false;  // needs 8BITMIME
  bool smtputf8 = false;   // an address or a header field needs SMTPUTF8
};

Notification build(const ReportView& report);

}  // namespace scop::dsn
