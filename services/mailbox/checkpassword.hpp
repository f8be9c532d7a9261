// Dovecot's passdb and userdb by its checkpassword driver: accounts says who it is, Dovecot's reply program
// is told. A password comes on descriptor 3 and goes to accounts alone.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace scop::mailbox {

// Runs `reply_program` in this process's place. The exit status where it does not: 1 refused, 2 wrong usage,
// 3 no such user, 111 try again.
int check_password(const std::filesystem::path& config, std::vector<std::string> reply_program);

}  // namespace scop::mailbox
