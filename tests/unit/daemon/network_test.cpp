#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "child.hpp"
#include "daemon/landlock.hpp"

namespace scop::daemon {
namespace {

class Port {
 public:
  Port() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(socket_, 8);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    number_ = ntohs(address.sin_port);
  }
  ~Port() { ::close(socket_); }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  std::uint16_t number() const { return number_; }
  int socket() const { return socket_; }

 private:
  int socket_;
  std::uint16_t number_ = 0;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
  const auto address = loopback(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return 0;
  return errno == EINPROGRESS ? 0 : errno;
}

int bind_to(int type, std::uint16_t port) {
  const int socket = ::socket(AF_INET, type, 0);
  const auto address = loopback(port);
  return result_of(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address));
}

class Network : public testing::Test {
 protected:
  void SetUp() override { cell_.jail.pipe_ports = {callee_.number()}; }
  Cell cell_;
  Port callee_;
  Port other_;
};

TEST_F(Network, OfADeclaredCalleeIsReached) {
  EXPECT_EQ(cell_.inside([&] { return connect_to(callee_.number()); }).exit_status, 0);
  EXPECT_EQ(cell_.inside([&] { return connect_to(callee_.number()); }, 2).exit_status, 0);
}

TEST_F(Network, BesideTheDeclaredPortsIsOutOfReach) {
  if (landlock_abi() < 4)
    GTEST_SKIP() << "this kernel's Landlock has no rules for ports (ABI " << landlock_abi() << ")";
  EXPECT_EQ(cell_.inside([&] { return connect_to(other_.number()); }).exit_status, EACCES);
}

TEST_F(Network, WithoutPortRulesIsReportedAsAMissingWall) {
  const auto fate = in_child([&] {
    ::setenv("SCOP_LANDLOCK_ABI", "2", 1);
    const auto standing = put_up_walls(cell_.jail);
    return standing && standing->missing.size() == 1 && standing->missing.front().wall == "TCP ports" ? 0 : 1;
  });
  EXPECT_EQ(fate.exit_status, 0) << fate.errors;
}

TEST_F(Network, IsRefusedAltogetherToADaemonThatCallsNobody) {
  // accounts: even where Landlock knows no ports, and so with no wall missing.
  cell_.jail.pipe_ports.clear();
  EXPECT_EQ(cell_.inside([&] { return connect_to(callee_.number()); }, 2).signal, SIGSYS);
  const auto fate = in_child([&] {
    ::setenv("SCOP_LANDLOCK_ABI", "2", 1);
    const auto standing = put_up_walls(cell_.jail);
    return standing && standing->missing.empty() ? 0 : 1;
  });
  EXPECT_EQ(fate.exit_status, 0) << fate.errors;
}

TEST_F(Network, IsAllReachedWhereThatIsTheJob) {
  cell_.jail.walls.connect_anywhere = true;
  EXPECT_EQ(cell_.inside([&] { return connect_to(other_.number()); }).exit_status, 0);
  // A source address may be chosen, a port to listen on not.
  EXPECT_EQ(cell_.inside([&] { return bind_to(SOCK_STREAM, 0); }).exit_status, 0);
  if (landlock_abi() >= 4) {
    EXPECT_EQ(cell_.inside([&] { return bind_to(SOCK_STREAM, 2525); }).exit_status, EACCES);
  }
}

TEST_F(Network, LetsASourceAddressBeChosenWhereListed) {
  cell_.jail.walls.source_address = true;
  EXPECT_EQ(cell_.inside([&] { return bind_to(SOCK_STREAM, 0); }).exit_status, 0);
  if (landlock_abi() >= 4) {
    EXPECT_EQ(cell_.inside([&] { return connect_to(other_.number()); }).exit_status, EACCES);
  }
}

TEST_F(Network, NeverListensAnew) {
  cell_.jail.walls.connect_anywhere = true;
  const auto fate = cell_.inside([&] { return result_of(::listen(::socket(AF_INET, SOCK_STREAM, 0), 1)); });
  EXPECT_EQ(fate.signal, SIGSYS);
  EXPECT_EQ(cell_.inside([&] { return bind_to(SOCK_STREAM, 0); }).exit_status, 0);
  cell_.jail.walls.connect_anywhere = false;
  EXPECT_EQ(cell_.inside([&] { return bind_to(SOCK_STREAM, 0); }).signal, SIGSYS);
}

TEST_F(Network, AcceptsOnThePortsThatWereOpenBefore) {
  connect_to(callee_.number());
  EXPECT_EQ(
      cell_.inside([&] { return result_of(::accept4(callee_.socket(), nullptr, nullptr, SOCK_CLOEXEC)); })
          .exit_status,
      0);
}

TEST_F(Network, HasOnlyPlainTcpSockets) {
  constexpr int mptcp = 262;
  const auto socket = [&](int family, int type, int protocol) {
    return cell_.inside([=] { return result_of(::socket(family, type, protocol)); }).signal;
  };
  EXPECT_EQ(socket(AF_INET, SOCK_STREAM, 0), 0);
  EXPECT_EQ(socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP), 0);
  EXPECT_EQ(socket(AF_UNIX, SOCK_STREAM, 0), SIGSYS);
  EXPECT_EQ(socket(AF_NETLINK, SOCK_RAW, 0), SIGSYS);
  EXPECT_EQ(socket(AF_PACKET, SOCK_RAW, 0), SIGSYS);
  EXPECT_EQ(socket(AF_ALG, SOCK_SEQPACKET, 0), SIGSYS);
  EXPECT_EQ(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), SIGSYS);
  EXPECT_EQ(socket(AF_INET, SOCK_DGRAM, 0), SIGSYS);
  // These would pass by Landlock's rules for TCP ports.
  EXPECT_EQ(socket(AF_INET, SOCK_STREAM, mptcp), SIGSYS);
  EXPECT_EQ(socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP), SIGSYS);
}

TEST_F(Network, HasUdpWhereListed) {
  cell_.jail.walls.udp = true;
  EXPECT_EQ(cell_.inside([] { return bind_to(SOCK_DGRAM, 0); }).exit_status, 0);
  EXPECT_EQ(cell_.inside([] { return result_of(::socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE)); }).signal,
            SIGSYS);
}

TEST_F(Network, HasUnixSocketsWhereListed) {
  cell_.jail.walls.system_calls = {"socket:unix"};
  EXPECT_EQ(cell_.inside([] { return result_of(::socket(AF_UNIX, SOCK_STREAM, 0)); }).exit_status, 0);
  EXPECT_EQ(cell_.inside([] { return result_of(::socket(AF_PACKET, SOCK_RAW, 0)); }).signal, SIGSYS);
}

TEST_F(Network, IsNotReachedByFastOpenPastTheRuleForConnect) {
  const auto fate = cell_.inside([&] {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const auto address = loopback(other_.number());
    return result_of(
        ::sendto(socket, "x", 1, MSG_FASTOPEN, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  });
  EXPECT_EQ(fate.exit_status, EOPNOTSUPP);
}

}  // namespace
}  // namespace scop::daemon
