#include "daemon/readiness.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/ascii.hpp"

namespace scop::daemon {

namespace {

// "/run/systemd/notify", or "@name" in the abstract namespace. -1: there is none, or nobody listens: then
// systemd's own time limit says so.
int socket_to_systemd() {
  const char* text = std::getenv("NOTIFY_SOCKET");
  const std::string_view name = text == nullptr ? "" : text;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() < 2 || name.size() >= sizeof address.sun_path || (name[0] != '/' && name[0] != '@'))
    return -1;
  std::memcpy(address.sun_path, name.data(), name.size());
  if (name[0] == '@') address.sun_path[0] = '\0';
  const int made = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  if (made >= 0 && ::connect(made, reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    ::close(made);
    return -1;
  }
  return made;
}

void say(int& descriptor, std::string_view text) {
  if (descriptor < 0) return;
  [[maybe_unused]] const auto written = ::write(descriptor, text.data(), text.size());
  ::close(std::exchange(descriptor, -1));
}

}  // namespace

int ready_descriptor() {
  const char* text = std::getenv("SCOP_READY_FD");
  if (text == nullptr) return -1;
  const auto number = ascii::parse_unsigned(text);
  return number && *number <= 1'000'000 ? static_cast<int>(*number) : -1;
}

Readiness::Readiness() : pipe_(ready_descriptor()), socket_(socket_to_systemd()) {}

Readiness::~Readiness() {
  if (socket_ >= 0) ::close(socket_);
}

void Readiness::tell() {
  say(pipe_, "R");
  say(socket_, "READY=1");
}

}  // namespace scop::daemon
