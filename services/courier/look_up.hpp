// DNS through the resolver's pipe. What goes wrong on the pipe is SERVFAIL with its reason.
#pragma once

#include <string>

#include "dns/answer.hpp"
#include "pipe/channel.hpp"

namespace scop::courier {

Task<dns::Answer> look_up(pipe::Channel& resolver, std::string name, dns::Type type, std::string trace);

struct HostAnswers {
  dns::Answer a;
  dns::Answer aaaa;
};
// Both at the same time; a family that is not used is an empty answer.
Task<HostAnswers> look_up_host(asio::io_context& io, pipe::Channel& resolver, std::string host, bool v4,
                               bool v6, std::string trace);

}  // namespace scop::courier
