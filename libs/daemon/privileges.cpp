#include "daemon/privileges.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace scop::daemon {

namespace {

std::unexpected<Error> system_failure(std::string_view what) {
  return failure(ErrorKind::denied, fmt::format("{}: {}", what, std::strerror(errno)));
}

void stay_undumpable() { ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

// Needs CAP_SETPCAP, so before the user changes. Without it the set stays, and no_new_privs makes it useless.
void empty_bounding_set() {
  constexpr unsigned long more_than_any_kernel_has = 64;
  for (unsigned long capability = 0; capability < more_than_any_kernel_has; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return;
  }
}

}  // namespace

void begin_modestly() {
  ::umask(077);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  stay_undumpable();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void close_inherited(int kept) {
  constexpr unsigned first = 3, last = ~0U;
  if (kept < static_cast<int>(first)) {
    ::syscall(SYS_close_range, first, last, 0U);
    return;
  }
  const auto number = static_cast<unsigned>(kept);
  if (number > first) ::syscall(SYS_close_range, first, number - 1, 0U);
  ::syscall(SYS_close_range, number + 1, last, 0U);
}

Outcome<> become(uid_t user, std::span<const gid_t> groups) {
  if (::geteuid() != 0 || user == 0) return {};
  empty_bounding_set();
  const auto group = static_cast<gid_t>(user);
  if (::setgroups(groups.size(), groups.data()) != 0) return system_failure("setgroups");
  if (::setresgid(group, group, group) != 0) return system_failure(fmt::format("setresgid {}", group));
  if (::setresuid(user, user, user) != 0) return system_failure(fmt::format("setresuid {}", user));
  stay_undumpable();  // the change of user has reset it
  uid_t real = 0;
  uid_t effective = 0;
  uid_t saved = 0;
  if (::getresuid(&real, &effective, &saved) != 0 || real != user || effective != user || saved != user ||
      ::setresuid(0, 0, 0) == 0) {
    return failure(ErrorKind::denied, fmt::format("still root after becoming user {}", user));
  }
  return {};
}

Outcome<> give_up_capabilities() {
  empty_bounding_set();
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  if (::syscall(SYS_capset, &header, none.data()) != 0) return system_failure("capset");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return system_failure("no_new_privs");
  return {};
}

}  // namespace scop::daemon
