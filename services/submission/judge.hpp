// What submission answers to MAIL and RCPT and about a message's authors: only addresses of the login (RFC
// 6409 6.1).
#pragma once

#include <string>
#include <vector>

#include "smtp/command.hpp"
#include "smtp/reply.hpp"
#include "submission/accounts.hpp"

namespace scop::submission {

smtp::Reply judge_sender(const Login& login, const smtp::Mail& mail, Time now);
// The null reverse-path is anyone's: a mail client's read receipts have it (RFC 8098 2.1). From still has an
// owner.
smtp::Reply judge_recipient(const smtp::Rcpt& recipient);
std::optional<smtp::Reply> judge_authors(const Login& login, const std::vector<std::string>& authors);

}  // namespace scop::submission
