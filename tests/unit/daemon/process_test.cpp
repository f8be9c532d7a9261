#include <gtest/gtest.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <thread>

#include "child.hpp"

namespace scop::daemon {
namespace {

class Process : public testing::TestWithParam<int> {
 protected:
  Fate inside(const std::function<int()>& body) const { return cell_.inside(body, GetParam()); }
  Cell cell_;
};

TEST_P(Process, CannotBecomeAnotherProgram) {
  EXPECT_EQ(inside([] { return result_of(::execl("/bin/true", "true", nullptr)); }).signal, SIGSYS);
}

TEST_P(Process, CannotHaveChildren) {
  EXPECT_EQ(inside([] { return result_of(::fork()); }).signal, SIGSYS);
  EXPECT_EQ(inside([] { return result_of(::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); }).signal, SIGSYS);
  EXPECT_EQ(inside([] { return result_of(::syscall(SYS_clone3, nullptr, 0)); }).exit_status, ENOSYS);
}

TEST_P(Process, HasThreads) {
  const auto fate = inside([] {
    int result = 1;
    std::thread([&result] { result = 0; }).join();
    return result;
  });
  EXPECT_EQ(fate.exit_status, 0) << fate.errors;
}

TEST_P(Process, CannotEnterANewNamespace) {
  EXPECT_EQ(inside([] { return result_of(::unshare(CLONE_NEWUSER)); }).signal, SIGSYS);
  EXPECT_EQ(inside([] {
              return result_of(
                  ::syscall(SYS_clone, CLONE_THREAD | CLONE_VM | CLONE_SIGHAND | CLONE_NEWNET, 0, 0, 0, 0));
            }).signal,
            SIGSYS);
}

TEST_P(Process, CannotTouchOthers) {
  const auto parent = ::getpid();
  EXPECT_EQ(inside([=] { return result_of(::kill(parent, 0)); }).signal, SIGSYS);
  EXPECT_EQ(inside([=] { return result_of(::syscall(SYS_tgkill, parent, parent, 0)); }).signal, SIGSYS);
  EXPECT_EQ(inside([=] { return result_of(::ptrace(PTRACE_ATTACH, parent, nullptr, nullptr)); }).signal,
            SIGSYS);
  EXPECT_EQ(inside([=] { return result_of(::syscall(SYS_pidfd_open, parent, 0)); }).signal, SIGSYS);
}

TEST_P(Process, CannotChangeTheSystem) {
  EXPECT_EQ(inside([] { return result_of(::mount("none", "/tmp", "tmpfs", 0, nullptr)); }).signal, SIGSYS);
  EXPECT_EQ(inside([] { return result_of(::chroot("/")); }).signal, SIGSYS);
  EXPECT_EQ(inside([] { return result_of(::syscall(SYS_bpf, 0, nullptr, 0)); }).signal, SIGSYS);
  EXPECT_EQ(inside([] { return result_of(::syscall(SYS_io_uring_setup, 1, nullptr)); }).signal, SIGSYS);
  EXPECT_EQ(inside([] { return result_of(::syscall(SYS_init_module, nullptr, 0, nullptr)); }).signal, SIGSYS);
  EXPECT_EQ(inside([] { return result_of(::setuid(0)); }).signal, SIGSYS);
}

TEST_P(Process, CannotMakeWrittenMemoryExecutable) {
  EXPECT_EQ(inside([] {
              void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return result_of(::mprotect(page, 4096, PROT_READ | PROT_EXEC));
            }).signal,
            SIGSYS);
  EXPECT_EQ(inside([] {
              ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return 0;
            }).signal,
            SIGSYS);
}

TEST_P(Process, CannotLoosenItsOwnLimitsOrWalls) {
  EXPECT_EQ(inside([] {
              const rlimit limit{10, 10};
              return result_of(::setrlimit(RLIMIT_NOFILE, &limit));
            }).signal,
            SIGSYS);
  EXPECT_EQ(inside([] { return result_of(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)); }).signal, SIGSYS);
  // The refusal's own handler stays where it is.
  EXPECT_EQ(inside([] { return std::signal(SIGSYS, SIG_IGN) == SIG_ERR ? 1 : 0; }).signal, SIGSYS);
  EXPECT_EQ(inside([] { return std::signal(SIGTERM, SIG_IGN) == SIG_ERR ? 1 : 0; }).exit_status, 0);
}

TEST_P(Process, SaysWhichCallWasRefusedAndDies) {
  const auto fate = inside([] { return result_of(::chroot("/")); });
  EXPECT_EQ(fate.signal, SIGSYS);
  EXPECT_NE(fate.errors.find(
                " error tested system call refused call=chroot number=" + std::to_string(SYS_chroot) + "\n"),
            std::string::npos)
      << fate.errors;
  EXPECT_EQ(fate.errors.substr(0, 2), "20") << "the year: " << fate.errors;
}

TEST_P(Process, SaysItInJsonWhereThatIsAsked) {
  cell_.jail.log_form = LogForm::json;
  const auto fate = inside([] { return result_of(::chroot("/")); });
  EXPECT_NE(fate.errors.find(R"("message":"system call refused","call":"chroot","number":")"),
            std::string::npos)
      << fate.errors;
  EXPECT_TRUE(fate.errors.ends_with("\"}\n")) << fate.errors;
}

TEST_P(Process, MayMakeACallThatItsServiceLists) {
  cell_.jail.walls.system_calls = {"symlink"};
  EXPECT_EQ(
      inside([] { return result_of(::symlink("x", "/there/is/no/such/folder/y")) == 0 ? 1 : 0; }).exit_status,
      0);
}

INSTANTIATE_TEST_SUITE_P(OnThisKernelAndOnDebian12s, Process, testing::Values(-1, 2),
                         [](const auto& info) { return info.param < 0 ? "Own" : "Abi2"; });

TEST(Walls, NameASystemCallThatDoesNotExist) {
  Cell cell;
  cell.jail.walls.system_calls = {"frobnicate"};
  const auto fate = in_child([&] {
    const auto standing = put_up_walls(cell.jail);
    if (!standing) return 1;
    return standing->missing.size() == 1 && standing->missing.front().why.contains("frobnicate") ? 0 : 2;
  });
  EXPECT_EQ(fate.exit_status, 0) << fate.errors;
}

TEST(Walls, AreRefusedWhereAThreadWouldStayOutside) {
  const Cell cell;
  const auto fate = in_child([&] {
    std::thread([] { std::this_thread::sleep_for(std::chrono::seconds(20)); }).detach();
    return put_up_walls(cell.jail) ? 1 : 0;
  });
  EXPECT_EQ(fate.exit_status, 0) << fate.errors;
}

TEST(Walls, LimitOpenFiles) {
  Cell cell;
  cell.jail.walls.open_files = 16;
  const auto fate = cell.inside([] {
    for (int i = 0; i < 20; ++i) {
      if (::dup(0) < 0) return errno;
    }
    return 0;
  });
  EXPECT_EQ(fate.exit_status, EMFILE) << fate.errors;
}

}  // namespace
}  // namespace scop::daemon
