#include "daemon/container_profile.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "daemon/system_calls.hpp"

namespace scop::daemon {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::array until_the_filter_stands{
    // the container's runtime, once its own filter is there, and the loader
    "execve"sv, "arch_prctl"sv, "set_tid_address"sv, "prlimit64"sv, "setrlimit"sv, "mmap"sv, "mprotect"sv,
    "rt_sigaction"sv, "sigaltstack"sv, "capget"sv, "ioctl"sv, "chdir"sv, "sendto"sv,
    // ports
    "bind"sv, "listen"sv, "sendmsg"sv, "sendmmsg"sv,
    // the walls themselves
    "prctl"sv, "capset"sv, "seccomp"sv, "landlock_create_ruleset"sv, "landlock_add_rule"sv,
    "landlock_restrict_self"sv, "mlock2"sv, "mlockall"sv,
    // judges and their warden; abort()
    "fork"sv, "vfork"sv, "wait4"sv, "waitid"sv, "kill"sv, "tgkill"sv, "close_range"sv, "socketpair"sv,
    "signalfd4"sv};

std::set<std::string_view> names_of(const Walls& walls) {
  std::set<std::string_view> names(until_the_filter_stands.begin(), until_the_filter_stands.end());
  for (const auto list :
       {base_system_calls(), connecting_system_calls(), computing_system_calls(), sanitizer_system_calls()})
    names.insert(list.begin(), list.end());
  names.insert(walls.system_calls.begin(), walls.system_calls.end());
  std::erase_if(names, [](std::string_view name) { return name.contains(':'); });
  return names;
}

std::string rule(std::string_view name, std::string_view condition) {
  return fmt::format(R"(    {{"names": ["{}"], "action": "SCMP_ACT_ALLOW", "args": [{}]}})", name, condition);
}

std::string equals(unsigned index, int value) {
  return fmt::format(R"({{"index": {}, "value": {}, "op": "SCMP_CMP_EQ"}})", index, value);
}

}  // namespace

std::string container_profile(const Walls& walls) {
  constexpr std::uint64_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                       CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
  std::vector<std::string> rules;
  rules.push_back(fmt::format(R"(    {{"names": ["{}"], "action": "SCMP_ACT_ALLOW"}})",
                              fmt::join(names_of(walls), R"(", ")")));
  rules.push_back(rule(
      "clone",
      fmt::format(R"({{"index": 0, "value": {}, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}})", namespaces)));
  // Its flags stand behind a pointer: glibc falls back to clone.
  rules.emplace_back(R"(    {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38})");
  for (const int family : {AF_INET, AF_INET6}) rules.push_back(rule("socket", equals(0, family)));
  if (std::ranges::find(walls.system_calls, "socket:unix"sv) != walls.system_calls.end())
    rules.push_back(rule("socket", equals(0, AF_UNIX)));
  return fmt::format(
      "{{\n  \"defaultAction\": \"SCMP_ACT_ERRNO\",\n  \"defaultErrnoRet\": 1,\n"
      "  \"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_AARCH64\"],\n  \"syscalls\": [\n{}\n  ]\n}}\n",
      fmt::join(rules, ",\n"));
}

}  // namespace scop::daemon
