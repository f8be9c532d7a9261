#include "mailbox/request.hpp"

#include <algorithm>

#include "core/ascii.hpp"

namespace scop::mailbox {

Outcome<Request> parse_request(std::string_view octets) {
  if (octets.size() > most_request_octets)
    return failure(ErrorKind::malformed, "the request is over 512 octets");
  const auto login_end = octets.find('\0');
  const auto password_end =
      login_end == std::string_view::npos ? login_end : octets.find('\0', login_end + 1);
  if (password_end == std::string_view::npos)
    return failure(ErrorKind::malformed, "the request is cut short");
  const auto login = octets.substr(0, login_end);
  if (login.empty() || std::ranges::any_of(login, ascii::is_control)) {
    return failure(ErrorKind::malformed, "the login is empty or has control characters");
  }
  return Request{.login = std::string(login),
                 .password = Secret(std::string(octets.substr(login_end + 1, password_end - login_end - 1)))};
}

}  // namespace scop::mailbox
