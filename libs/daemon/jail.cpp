#include "daemon/jail.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>

#include "daemon/landlock.hpp"
#include "daemon/privileges.hpp"
#include "daemon/seccomp.hpp"

namespace scop::daemon {

namespace {

// Landlock and seccomp bind the calling thread and its children: an older thread would stay outside.
Outcome<> only_thread() {
  std::error_code error;
  const std::filesystem::directory_iterator tasks("/proc/self/task", error);
  if (error) return {};  // no /proc: then nobody can tell
  if (std::distance(begin(tasks), end(tasks)) == 1) return {};
  return failure(ErrorKind::broken,
                 "a thread was started before the walls stood; start it in Service::start()");
}

bool set_limit(int resource, std::uint64_t most) {
  rlimit limit{};
  if (::getrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) return false;
  const bool is_enough = limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= most;
  limit.rlim_cur = limit.rlim_max = is_enough ? most : limit.rlim_max;
  return ::setrlimit(static_cast<__rlimit_resource>(resource), &limit) == 0 && is_enough;
}

void limit_resources(const Jail& jail, Standing& standing) {
  constexpr std::uint64_t most_threads = 256;
  constexpr std::uint64_t largest_file = 64ULL << 30U;  // of a database that has run wild
  set_limit(RLIMIT_CORE, 0);
  set_limit(RLIMIT_FSIZE, largest_file);
  if (!set_limit(RLIMIT_NOFILE, jail.walls.open_files)) {
    standing.missing.push_back({"open files",
                                fmt::format("{} are wanted, the system allows fewer", jail.walls.open_files),
                                "raise the hard limit: LimitNOFILE= of the unit, or ulimit -Hn"});
  }
  // The kernel counts processes per user: with a shared user id others' would count too.
  if (jail.has_own_user) set_limit(RLIMIT_NPROC, most_threads);
#ifndef SCOP_SANITIZED  // AddressSanitizer's shadow counts as data
  set_limit(RLIMIT_DATA, jail.walls.memory);
#endif
  standing.walls.emplace_back("limits");
}

LandlockRules file_and_port_rules(const Jail& jail) {
  LandlockRules rules;
  rules.read = jail.walls.read;
  rules.read.push_back(jail.certificates);
  rules.read.push_back(jail.authority);
#ifdef SCOP_SANITIZED
  rules.read.emplace_back("/proc/self");  // reports name what is mapped where
#endif
  rules.write = jail.walls.write;
  if (!jail.state.empty()) rules.write.push_back(jail.state);
  rules.connect_anywhere = jail.walls.connect_anywhere;
  rules.source_address = jail.walls.source_address || jail.walls.connect_anywhere;
  rules.connect_ports = jail.pipe_ports;
  std::ranges::copy(jail.walls.connect_ports, std::back_inserter(rules.connect_ports));
  return rules;
}

Outcome<> add_landlock(const Jail& jail, Standing& standing) {
  const int abi = landlock_abi();
  auto landlock = put_up_landlock(file_and_port_rules(jail), abi);
  if (!landlock) return std::unexpected(std::move(landlock.error()));
  if (landlock->abi > 0) standing.walls.push_back(fmt::format("landlock {}", landlock->abi));
  if (jail.ports_held.by_group) standing.walls.emplace_back("network by control group");
  for (auto& missing : landlock->missing) {
    if (missing.wall.ends_with("TCP ports")) {
      if (jail.ports_held.by_group && missing.wall == "TCP ports") continue;
      if (jail.ports_held.by_group) missing.wall = "files";
      if (!jail.ports_held.why_not.empty()) missing.why += "; " + jail.ports_held.why_not;
    }
    standing.missing.push_back(std::move(missing));
  }
  return {};
}

Outcome<> add_seccomp(const Jail& jail, Standing& standing) {
  SystemCallRules rules;
  rules.connect =
      jail.walls.connect_anywhere || !jail.pipe_ports.empty() || !jail.walls.connect_ports.empty();
  rules.udp = jail.walls.udp;
  rules.bind = jail.walls.source_address || jail.walls.connect_anywhere;
  rules.more = jail.walls.system_calls;
  const auto calls = put_up_seccomp(rules, jail.daemon, jail.log_form);
  if (!calls) {
    standing.missing.push_back(
        {"system calls", calls.error().what, "run a kernel with CONFIG_SECCOMP_FILTER"});
    return {};
  }
  standing.walls.push_back(fmt::format("seccomp {}", *calls));
  return {};
}

// Nothing of it is ever written to swap. Pages are locked as they are used; a limit would make further ones
// fail.
void lock_memory(Standing& standing) {
#ifndef SCOP_SANITIZED
  rlimit limit{};
  const bool is_unlimited = ::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
  if (is_unlimited && ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0)
    standing.walls.emplace_back("memory locked");
#else
  static_cast<void>(standing);
#endif
}

}  // namespace

void allow_locked_memory() {
  constexpr rlimit all{RLIM_INFINITY, RLIM_INFINITY};
  if (::geteuid() == 0) ::setrlimit(RLIMIT_MEMLOCK, &all);
}

void raise_open_files(std::uint64_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < wanted && ::geteuid() == 0) limit.rlim_max = wanted;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? wanted : std::min<rlim_t>(wanted, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Outcome<Standing> put_up_walls(const Jail& jail) {
  Standing standing;
  if (auto alone = only_thread(); !alone) return std::unexpected(std::move(alone.error()));
  if (jail.lock_memory) lock_memory(standing);
  limit_resources(jail, standing);
  if (auto given_up = give_up_capabilities(); !given_up) return std::unexpected(std::move(given_up.error()));
  standing.walls.emplace_back("no capabilities");
  standing.walls.emplace_back("no_new_privs");
  if (auto added = add_landlock(jail, standing); !added) return std::unexpected(std::move(added.error()));
  if (auto added = add_seccomp(jail, standing); !added) return std::unexpected(std::move(added.error()));
  return standing;
}

}  // namespace scop::daemon
