// One question to the resolver daemon. What goes wrong on the pipe is SERVFAIL with its reason.
#pragma once

#include <string>

#include "asio/task.hpp"
#include "dns/answer.hpp"
#include "dns/question.hpp"
#include "pipe/channel.hpp"

namespace scop::resolving {

Task<dns::Answer> look_up(pipe::Channel& resolver, dns::Question question, std::string trace,
                          Deadline deadline);

}  // namespace scop::resolving
