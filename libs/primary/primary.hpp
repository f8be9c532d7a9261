// Talking to one DNS server over TCP: updates of a primary (RFC 2136, TSIG) and questions to any server.
// One connection per exchange; whatever has not come by the deadline is timed_out. Arguments live until the
// task ends. Never resolves names: servers are literal addresses.
#pragma once

#include <optional>

#include "asio/task.hpp"
#include "dns_update/query.hpp"
#include "dns_update/update.hpp"
#include "net/endpoint.hpp"

namespace scop::primary {

struct Server {
  net::Endpoint endpoint;
  std::optional<dns_update::TsigKey> key;  // signs updates; questions go unsigned
};

// The RCODE (dns_update::name_of_rcode): 0 is done; 6 to 8 and 3: a prerequisite did not hold; 5: the key may
// not; 9: the zone is not this server's, or it does not know the key. Errors as of connecting and
// decode_response.
Task<Outcome<unsigned>> update(Executor executor, const Server& server, const dns_update::Update& update,
                               Deadline deadline);

// Any RCODE is an answer.
Task<Outcome<dns_update::Reply>> query(Executor executor, const Server& server,
                                       const dns_update::Query& query, Deadline deadline);

// "the primary says REFUSED: …": what an update's RCODE means and what to do about it, for people. "" for 0.
std::string explain(unsigned rcode, std::string_view zone);

}  // namespace scop::primary
