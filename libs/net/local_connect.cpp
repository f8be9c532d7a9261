#include "net/local_connect.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace scop::net {

Outcome<Stream> connect_local(const Executor& executor, const std::filesystem::path& path) {
  const auto fail = [&] {
    return failure(ErrorKind::unavailable,
                   fmt::format("connect to {}: {}", path.string(), std::strerror(errno)));
  };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto& name = path.native();
  if (name.size() >= sizeof address.sun_path)
    return failure(ErrorKind::malformed, "the socket's path is too long");
  std::ranges::copy(name, std::begin(address.sun_path));
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return fail();
  // A stream waits on the descriptor and calls recv and send: the family is all the same to it.
  TcpSocket socket(executor, asio::ip::tcp::v4(), descriptor);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return fail();
  return Stream(std::move(socket));
}

}  // namespace scop::net
