// Many questions to one DNS server, several at a time, waited for.
#pragma once

#include <map>
#include <set>

#include "domain_records/difference.hpp"
#include "primary/primary.hpp"

namespace scop::command {

using Replies = std::map<dns::Question, Outcome<dns_update::Reply>>;

Replies ask_all(const primary::Server& server, const std::set<dns::Question>& questions,
                bool recursion_desired, std::chrono::milliseconds patience = std::chrono::seconds(20));

Outcome<unsigned> send_update(const primary::Server& server, const dns_update::Update& update);

// What the zone's primary has; what it makes out of a wildcard is not there (RFC 4592). unavailable, denied
// …: the first question that it does not answer with authority.
Outcome<domain_records::Present> present_at(const primary::Server& server, const std::string& zone,
                                            const std::set<dns::Question>& questions);

}  // namespace scop::command
