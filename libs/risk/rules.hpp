// The rules behind findings_of(): each looks at the facts and adds what it finds.
#pragma once

#include <string_view>
#include <vector>

#include "risk/findings.hpp"

namespace scop::risk {

using Findings = std::vector<Finding>;

void judge_daemons(const Facts& facts, Findings& findings);       // as they run
void judge_listeners(const Facts& facts, Findings& findings);     // what is open to whom
void judge_files(const Facts& facts, Findings& findings);         // secrets on disk
void judge_certificates(const Facts& facts, Findings& findings);  // and keys' age
void judge_outgoing(const Facts& facts, Findings& findings);      // [courier], [resolver], [signer], [dns]
void judge_incoming(const Facts& facts, Findings& findings);   // [receiver], [verifier], [spamfilter], [web]
void judge_accounts(const Facts& facts, Findings& findings);   // [accounts], [submission]
void judge_retention(const Facts& facts, Findings& findings);  // how long personal data rests

// "0.0.0.0:25", "[::1]:53", "192.0.2.1".
bool is_loopback(std::string_view endpoint);
bool is_everywhere(std::string_view endpoint);  // 0.0.0.0 or [::]

}  // namespace scop::risk
