// Who a message says it is from (RFC 5322 3.6.2): From with one or more mailboxes, Sender where they are
// several.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "message/header.hpp"
#include "smtp/reply.hpp"

namespace scop::fixup {

// The addresses of From and Sender.
std::expected<std::vector<std::string>, smtp::Reply> find_originators(const message::HeaderView& header);

}  // namespace scop::fixup
