// What Dovecot writes for a checkpassword program: login NUL password NUL timestamp NUL, at most 512 octets
// (cr.yp.to/checkpwd/interface.html).
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/secret.hpp"

namespace scop::mailbox {

inline constexpr std::size_t most_request_octets = 512;

struct Request {
  std::string login;
  Secret password;
};

// malformed: a part is missing, the login is empty or has controls, or there is too much. What follows the
// password is not looked at.
Outcome<Request> parse_request(std::string_view octets);

}  // namespace scop::mailbox
