#include "judge/warden.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include "daemon/landlock.hpp"
#include "daemon/privileges.hpp"
#include "daemon/seccomp.hpp"

namespace scop::judge {

namespace {

constexpr int status_no_walls = 70;  // EX_SOFTWARE
constexpr long shortest_life_ms = 1'000;
constexpr long pause_ms = 100;

void end_with_parent(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != parent) ::_exit(0);
}

void close_all_but(int kept) {
  if (kept > 3) ::syscall(SYS_close_range, 3U, static_cast<unsigned>(kept) - 1U, 0U);
  ::syscall(SYS_close_range, static_cast<unsigned>(kept) + 1U, ~0U, 0U);
}

bool read_all(int from, char* to, std::size_t count) {
  while (count > 0) {
    const auto got = ::read(from, to, count);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_all(int to, std::string_view octets) {
  while (!octets.empty()) {
    const auto put = ::write(to, octets.data(), octets.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    octets.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

void limit(int resource, rlim_t most) {
  const rlimit wanted{most, most};
  ::setrlimit(static_cast<__rlimit_resource>(resource), &wanted);
}

// No file, no socket, no process: what is left is reading, writing and memory.
void put_up_judge_walls(const Terms& terms) {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
#ifndef SCOP_SANITIZED
  limit(RLIMIT_DATA, terms.memory);
#endif
  daemon::SystemCallRules rules;
  rules.compute_only = true;
  if (!daemon::put_up_seccomp(rules, terms.name, terms.log_form)) ::_exit(status_no_walls);
}

bool announce(int control, pid_t process, int channel) {
  Announcement text{process};
  iovec part{&text, sizeof text};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room.data();
  message.msg_controllen = room.size();
  auto* rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(rights), &channel, sizeof channel);
  return ::sendmsg(control, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof text);
}

long now_ms() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000 + time.tv_nsec / 1'000'000;
}

// Until the judge has died. Ends with the keeper.
void watch(int control, pid_t judge) {
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, judge, 0U));
  for (;;) {
    std::array<pollfd, 2> waiting{pollfd{control, POLLIN, 0}, pollfd{handle, POLLIN, 0}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) break;
    if (waiting[1].revents != 0) break;
    if (waiting[0].revents == 0) continue;
    char command = 0;
    const auto got = ::recv(control, &command, 1, 0);
    if (got < 0 && errno == EINTR) continue;
    ::kill(judge, SIGKILL);
    if (got <= 0) ::_exit(0);
  }
  ::close(handle);
  ::waitpid(judge, nullptr, 0);
}

}  // namespace

void run_judge(int channel, const Terms& terms, const Handler& handler) {
  put_up_judge_walls(terms);
  std::string request;
  for (;;) {
    std::uint32_t size = 0;
    if (!read_all(channel, reinterpret_cast<char*>(&size), sizeof size) || size > terms.most_octets) break;
    request.resize(size);
    if (!read_all(channel, request.data(), size)) break;
    const auto response = handler(request);
    if (response.size() > terms.most_octets) break;
    const auto length = static_cast<std::uint32_t>(response.size());
    if (!write_all(channel, {reinterpret_cast<const char*>(&length), sizeof length}) ||
        !write_all(channel, response)) {
      break;
    }
    if (request.capacity() > (1U << 20U)) request = {};
  }
  ::_exit(0);
}

void run_warden(int control, const Terms& terms, const std::function<Handler()>& make) {
  end_with_parent(::getppid());
  close_all_but(control);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) std::signal(signal, SIG_IGN);  // the keeper's to say
  const auto handler = make();
  if (!daemon::give_up_capabilities()) ::_exit(status_no_walls);
  daemon::LandlockRules nothing;
#ifdef SCOP_SANITIZED
  nothing.read.emplace_back("/proc/self");
#endif
  if (!daemon::put_up_landlock(nothing, daemon::landlock_abi())) ::_exit(status_no_walls);
  const auto self = ::getpid();
  for (;;) {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) != 0) ::_exit(status_no_walls);
    const auto born = now_ms();
    const auto judge = ::fork();
    if (judge == 0) {
      end_with_parent(self);
      ::close(control);
      ::close(pair[0]);
      run_judge(pair[1], terms, handler);
    }
    ::close(pair[1]);
    const bool told = judge > 0 && announce(control, judge, pair[0]);
    ::close(pair[0]);
    if (!told) ::_exit(0);
    watch(control, judge);
    if (now_ms() - born < shortest_life_ms) {
      const timespec pause{0, pause_ms * 1'000'000};
      ::nanosleep(&pause, nullptr);
    }
  }
}

}  // namespace scop::judge
