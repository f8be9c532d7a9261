// The question to accounts at RCPT, and what its answers mean in the dialogue. No client address grants
// anything here.
#pragma once

#include <string>

#include "asio/task.hpp"
#include "core/id.hpp"
#include "receiver/wiring.hpp"
#include "smtp/command.hpp"
#include "smtp/reply.hpp"

namespace scop::receiver {

struct RecipientAnswer {
  smtp::Reply reply;
  bool unknown = false;  // of an address that could have been ours
};

RecipientAnswer answer_of(const v1::CheckRecipientReply& reply, std::string_view address);

// `connection`: drawn for each of our clients' connections; what accounts counts unknown addresses by.
Task<RecipientAnswer> check_recipient(World& world, std::string address, Id connection,
                                      std::string client_address);

}  // namespace scop::receiver
