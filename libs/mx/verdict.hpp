// Why mail for a domain cannot be routed, now or ever, as a reply of our own (RFC 3463 3.2 and 3.5, RFC 7505
// 4).
#pragma once

#include <string>
#include <string_view>

#include "dns/answer.hpp"

namespace scop::mx {

struct Verdict {
  bool permanent = false;
  int code = 0;          // 550
  std::string enhanced;  // "5.1.2"
  std::string text;      // one line, ASCII
  bool operator==(const Verdict&) const = default;
};

Verdict no_such_domain(std::string_view domain);  // 550 5.1.2
Verdict no_mail_host(std::string_view domain);    // 550 5.1.2: neither MX nor address records
Verdict null_mx(std::string_view domain);         // 556 5.1.10 (RFC 7505 4)
Verdict loops_back(std::string_view domain);      // 554 5.4.6: we are its best MX
Verdict bad_domain(std::string_view domain);      // 553 5.1.2: not a domain name
// 451 4.4.3: SERVFAIL, a time-out; 451 4.7.5: an answer that fails DNSSEC validation (a forger must not cause
// a bounce). The text names the reason, as the resolver gave it.
Verdict look_up_failed(std::string_view name, dns::Type type, const dns::Answer& answer);
Verdict no_usable_address(std::string_view host);  // 550 5.4.4

}  // namespace scop::mx
