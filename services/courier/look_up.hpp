// DNS through the resolver's pipe. What goes wrong on the pipe is SERVFAIL with its reason.
#pragma once

#include <string>

#include "dane/host.hpp"
#include "dns/answer.hpp"
#include "pipe/channel.hpp"

namespace scop::courier {

Task<dns::Answer> look_up(pipe::Channel& resolver, std::string name, dns::Type type, std::string trace);

// Addresses and, where wished, TLSA records: all that can be asked at once is.
Task<dane::Host> look_up_host(pipe::Channel& resolver, std::string host, dane::Host::Wish wish,
                              std::string trace);

}  // namespace scop::courier
