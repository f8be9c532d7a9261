#include "daemon/privileges.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <sstream>

#include "child.hpp"

namespace scop::daemon {
namespace {

bool has_no_capability_left() {
  std::istringstream lines(read_file("/proc/self/status"));
  int seen = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("Cap")) continue;
    ++seen;
    // As another user the bounding set cannot be emptied; nothing can be taken from it with no_new_privs.
    if (line.starts_with("CapBnd") && ::getuid() != 0) continue;
    if (!line.ends_with("\t0000000000000000")) return false;
  }
  return seen == 5;
}

TEST(Privileges, OfCapabilitiesAreAllGivenUp) {
  const auto fate = in_child([] {
    if (!give_up_capabilities()) return 1;
    if (!has_no_capability_left()) return 2;
    return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 3;
  });
  EXPECT_EQ(fate.exit_status, 0) << fate.errors;
}

TEST(Privileges, OfRootAreLeftForGood) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const auto fate = in_child([] {
    if (!become(23456)) return 1;
    if (::getuid() != 23456 || ::getegid() != 23456 || ::getgroups(0, nullptr) != 0) return 2;
    if (::setuid(0) == 0 || ::setgid(0) == 0) return 3;
    if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) return 4;
    std::istringstream lines(read_file("/proc/self/status"));
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("Cap") && !line.ends_with("\t0000000000000000")) return 5;
    }
    return 0;
  });
  EXPECT_EQ(fate.exit_status, 0) << fate.errors;
}

TEST(Privileges, BeginWithNoCoreFileNoDebuggerAndPrivateFiles) {
  const auto fate = in_child([] {
    begin_modestly();
    rlimit core{};
    ::getrlimit(RLIMIT_CORE, &core);
    if (core.rlim_max != 0) return 1;
    if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) return 2;
    return ::umask(0) == 077 ? 0 : 3;
  });
  EXPECT_EQ(fate.exit_status, 0) << fate.errors;
}

}  // namespace
}  // namespace scop::daemon
