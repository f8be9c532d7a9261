// What a caller's envelope may ask for. Recipients outside our domains are for the signer's path alone; from
// any other each one is resolved at accounts, several at a time. No address, network or header grants
// relaying.
#pragma once

#include <optional>
#include <string>

#include "addresses.hpp"
#include "log/log.hpp"

namespace scop::relay {

// A signer sends what users, this relay and the verifier's reports made; a verifier what the world sent.
bool may_send(std::string_view caller, v1::Role role);

// nullopt: it may. Else what to answer: 5.7.1 where one recipient is not ours, 5.1.1 where all of them are
// nowhere, 4.3.0 where accounts is away.
Task<std::optional<v1::Receipt>> check_rights(Addresses& addresses, const Log& log, std::string caller,
                                              const v1::Envelope& envelope);

}  // namespace scop::relay
