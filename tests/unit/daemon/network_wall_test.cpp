#include "daemon/network_wall.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <vector>

#include "child.hpp"

namespace scop::daemon {
namespace {

struct Port {
  int socket = -1;
  std::uint16_t number = 0;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

Port open_port() {
  Port port{.socket = ::socket(AF_INET, SOCK_STREAM, 0)};
  auto address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(port.socket, reinterpret_cast<sockaddr*>(&address), size);
  ::listen(port.socket, 8);
  ::getsockname(port.socket, reinterpret_cast<sockaddr*>(&address), &size);
  port.number = ntohs(address.sin_port);
  return port;
}

int connect_by(int socket, std::uint16_t port) {
  const auto address = loopback(port);
  return result_of(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address));
}

int connect_to(std::uint16_t port, int type = SOCK_STREAM) {
  return connect_by(::socket(AF_INET, type, 0), port);
}

constexpr int not_here = 77;

class InAGroup : public testing::Test {
 protected:
  // The body's result in a group that may connect to `callee_` alone.
  void expect(int wanted, const std::function<int()>& body, bool udp = false) {
    const auto fate = in_child([&] {
      const auto wall = NetworkWall::enter("tested");
      own_ = open_port();
      if (!wall) return not_here;
      const auto stands = wall->put_up(ports_, udp);
      if (!stands) std::fputs(stands.error().what.c_str(), stderr);
      if (!stands) return stands.error().what.contains("Operation not permitted") ? not_here : 1;
      return body();
    });
    if (fate.exit_status == not_here)
      GTEST_SKIP() << "no control group with a BPF program can be made here: needs root and cgroup2";
    EXPECT_EQ(fate.exit_status, wanted) << fate.errors;
  }
  Port callee_ = open_port();
  Port other_ = open_port();
  Port own_;  // of the one in the group
  std::vector<std::uint16_t> ports_{callee_.number};
};

TEST_F(InAGroup, TheListedPortIsReached) {
  expect(0, [&] { return connect_to(callee_.number); });
}

TEST_F(InAGroup, AnyOtherPortIsNot) {
  expect(EPERM, [&] { return connect_to(other_.number); });
}

TEST_F(InAGroup, WithNothingListedNothingIsReached) {
  ports_.clear();
  expect(EPERM, [&] { return connect_to(callee_.number); });
}

TEST_F(InAGroup, UdpIsTheLists) {
  expect(EPERM, [&] { return connect_to(other_.number, SOCK_DGRAM); });
  expect(0, [&] { return connect_to(other_.number, SOCK_DGRAM); }, true);
  expect(EPERM, [&] { return connect_to(other_.number); }, true);
}

TEST_F(InAGroup, AListenerTurnedRoundIsHeldToo) {
  expect(EPERM, [&] {
    const sockaddr nobody{AF_UNSPEC, {}};
    if (::connect(own_.socket, &nobody, sizeof nobody) != 0) return 1;
    return connect_by(own_.socket, other_.number);
  });
}

TEST_F(InAGroup, ChildrenAreHeldToo) {
  expect(EPERM, [&] { return in_child([&] { return connect_to(other_.number); }).exit_status; });
}

}  // namespace
}  // namespace scop::daemon
