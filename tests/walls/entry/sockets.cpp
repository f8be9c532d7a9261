// Ways out by the network, and ways in.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "attempt.hpp"

namespace scop::attack {

namespace {

constexpr int patience_ms = 700;
constexpr int protocol_mptcp = 262, protocol_smc = 0, family_smc = 43;

struct Target {
  sockaddr_storage octets{};
  socklen_t size = 0;
  int family = AF_INET;
  const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&octets); }
};

Target target_in(Words words) {
  Target target;
  const auto port = htons(static_cast<std::uint16_t>(std::atoi(words[1].c_str())));
  if (words[0].contains(':')) {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = port;
    ::inet_pton(AF_INET6, words[0].c_str(), &six.sin6_addr);
    std::memcpy(&target.octets, &six, sizeof six);
    target.size = sizeof six;
    target.family = AF_INET6;
  } else {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = port;
    ::inet_pton(AF_INET, words[0].c_str(), &four.sin_addr);
    std::memcpy(&target.octets, &four, sizeof four);
    target.size = sizeof four;
  }
  return target;
}

std::string await_connection(int socket) {
  pollfd waiting{socket, POLLOUT, 0};
  if (::poll(&waiting, 1, patience_ms) == 0) return "ETIMEDOUT";
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0 ? "done" : told_error(error);
}

// ECONNREFUSED comes from the other end: it was reached.
std::string connect_with(long socket, const Target& target) {
  if (socket < 0) return told(socket);
  const int number = static_cast<int>(socket);
  ::fcntl(number, F_SETFL, O_NONBLOCK);
  const auto begun = ::syscall(SYS_connect, number, target.address(), target.size);
  const auto outcome = begun < 0 && errno == EINPROGRESS ? await_connection(number) : told(begun);
  ::close(number);
  return outcome == "ECONNREFUSED" ? "done: ECONNREFUSED" : outcome;
}

std::string connect_tcp(Words words) {
  const auto target = target_in(words);
  return connect_with(::syscall(SYS_socket, target.family, SOCK_STREAM, 0), target);
}
std::string connect_mptcp(Words words) {
  const auto target = target_in(words);
  return connect_with(::syscall(SYS_socket, target.family, SOCK_STREAM, protocol_mptcp), target);
}
std::string connect_smc(Words words) {
  const auto target = target_in(words);
  return connect_with(::syscall(SYS_socket, family_smc, SOCK_STREAM, protocol_smc), target);
}
std::string send_fast_open(Words words) {
  const auto target = target_in(words);
  const auto socket = ::syscall(SYS_socket, target.family, SOCK_STREAM, 0);
  if (socket < 0) return told(socket);
  ::fcntl(static_cast<int>(socket), F_SETFL, O_NONBLOCK);
  const auto sent =
      ::syscall(SYS_sendto, socket, "x", 1UL, MSG_FASTOPEN | MSG_NOSIGNAL, target.address(), target.size);
  const auto outcome =
      sent < 0 && errno == EINPROGRESS ? await_connection(static_cast<int>(socket)) : told(sent);
  ::close(static_cast<int>(socket));
  return outcome == "ECONNREFUSED" ? "done: ECONNREFUSED" : outcome;
}
// TCP_FASTOPEN_CONNECT puts the SYN off to the first write.
std::string connect_fast_open(Words words) {
  const auto target = target_in(words);
  const auto socket = ::syscall(SYS_socket, target.family, SOCK_STREAM, 0);
  if (socket < 0) return told(socket);
  const int yes = 1;
  ::setsockopt(static_cast<int>(socket), IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &yes, sizeof yes);
  return connect_with(socket, target);
}
std::string send_udp(Words words) {
  const auto target = target_in(words);
  const auto socket = ::syscall(SYS_socket, target.family, SOCK_DGRAM, 0);
  if (socket < 0) return told(socket);
  const auto sent = ::syscall(SYS_sendto, socket, "x", 1UL, MSG_NOSIGNAL, target.address(), target.size);
  const auto outcome = told(sent);
  ::close(static_cast<int>(socket));
  return outcome;
}

std::string opened(int family, int type, int protocol) {
  const auto socket = ::syscall(SYS_socket, family, type, protocol);
  const auto outcome = told(socket);
  if (socket >= 0) ::close(static_cast<int>(socket));
  return outcome;
}
std::string open_raw(Words) { return opened(AF_INET, SOCK_RAW, IPPROTO_TCP); }
std::string open_packet(Words) { return opened(AF_PACKET, SOCK_RAW, htons(0x0800)); }
std::string open_netlink(Words) { return opened(AF_NETLINK, SOCK_RAW, 0); }
std::string open_vsock(Words) { return opened(AF_VSOCK, SOCK_STREAM, 0); }
std::string open_kernel_crypto(Words) { return opened(AF_ALG, SOCK_SEQPACKET, 0); }
std::string open_sctp(Words) { return opened(AF_INET, SOCK_STREAM, IPPROTO_SCTP); }
std::string open_ping(Words) { return opened(AF_INET, SOCK_DGRAM, IPPROTO_ICMP); }

std::string connect_unix(const std::string& path) {
  const auto socket = ::syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
  if (socket < 0) return told(socket);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  const auto connected = ::syscall(SYS_connect, socket, &address, size);
  const auto outcome = told(connected);
  ::close(static_cast<int>(socket));
  return outcome == "ECONNREFUSED" ? "done: ECONNREFUSED" : outcome;
}
std::string connect_unix_path(Words words) { return connect_unix(words[0]); }
std::string connect_unix_abstract(Words words) { return connect_unix('\0' + words[0]); }

std::string listen_tcp(Words words) {
  const auto target = target_in(words);
  const auto socket = ::syscall(SYS_socket, target.family, SOCK_STREAM, 0);
  if (socket < 0) return told(socket);
  if (::syscall(SYS_bind, socket, target.address(), target.size) != 0) return told(-1);
  return told(::syscall(SYS_listen, socket, 1));
}
// Without bind the kernel chooses the port.
std::string listen_unbound(Words) {
  const auto socket = ::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
  if (socket < 0) return told(socket);
  return told(::syscall(SYS_listen, socket, 1));
}

// A port that was opened before the walls stood, and before the change of user, turned round: it listens no
// more and connects instead. The port is lost: an attempt to make last.
std::string turn_listener(Words words) {
  const auto target = target_in(words);
  for (int number = 3; number < 256; ++number) {
    int listens = 0;
    socklen_t size = sizeof listens;
    int domain = 0;
    if (::getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0) continue;
    size = sizeof domain;
    if (::getsockopt(number, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain != target.family) continue;
    const sockaddr nobody{AF_UNSPEC, {}};
    if (::syscall(SYS_connect, number, &nobody, sizeof nobody) != 0) return told(-1);
    return connect_with(number, target);
  }
  return "no listener";
}

constexpr std::array attempts{Attempt{"tcp", 2, connect_tcp},
                              Attempt{"mptcp", 2, connect_mptcp},
                              Attempt{"smc", 2, connect_smc},
                              Attempt{"fast_open", 2, send_fast_open},
                              Attempt{"fast_open_connect", 2, connect_fast_open},
                              Attempt{"udp", 2, send_udp},
                              Attempt{"raw", 0, open_raw},
                              Attempt{"packet", 0, open_packet},
                              Attempt{"netlink", 0, open_netlink},
                              Attempt{"vsock", 0, open_vsock},
                              Attempt{"af_alg", 0, open_kernel_crypto},
                              Attempt{"sctp", 0, open_sctp},
                              Attempt{"ping", 0, open_ping},
                              Attempt{"unix", 1, connect_unix_path},
                              Attempt{"abstract", 1, connect_unix_abstract},
                              Attempt{"listen", 2, listen_tcp},
                              Attempt{"listen_unbound", 0, listen_unbound},
                              Attempt{"turn_listener", 2, turn_listener}};

}  // namespace

std::span<const Attempt> on_sockets() { return attempts; }

}  // namespace scop::attack
