#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "daemon/landlock.hpp"
#include "instance.hpp"

namespace scop::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

// Told to do what its walls forbid, once it runs.
class Escaping final : public QuietService {
 public:
  void reload() override { ::execl("/bin/true", "true", nullptr); }
};

class OnlyWhenOpened final : public QuietService {
 public:
  Outcome<> open(Boot& boot) override {
    static_cast<void>(boot);
    return failure(ErrorKind::broken, "the table is upside down");
  }
};

class Forever final : public QuietService {
 public:
  Task<> drain(Deadline /*deadline*/) override {
    Timer timer(co_await asio::this_coro::executor);
    timer.expires_after(std::chrono::hours(1));
    co_await timer.async_wait(use_task);
  }
};

TEST(Daemon, BecomesReadyServesHealthAndEndsWhenTold) {
  const Instance instance;
  Running running(instance);
  ASSERT_TRUE(running.is_ready()) << running.end().errors;
  const auto health = instance.run({"--health"});
  EXPECT_EQ(health.exit_status, 0) << health.errors;
  EXPECT_EQ(health.errors, "serving\n");
  running.signal(SIGTERM);
  const auto fate = running.end();
  EXPECT_EQ(fate.exit_status, 0) << fate.errors;
  EXPECT_THAT(fate.errors, HasSubstr("service opened"));
  EXPECT_THAT(fate.errors, HasSubstr("service started"));
  EXPECT_THAT(fate.errors, HasSubstr(" ready ms="));
  EXPECT_THAT(fate.errors, HasSubstr("no_new_privs"));
  EXPECT_THAT(fate.errors, HasSubstr("seccomp "));
  EXPECT_THAT(fate.errors, HasSubstr("service drained"));
  EXPECT_THAT(fate.errors, HasSubstr(" ended "));
}

// accounts may make no socket behind its walls: systemd's is opened before, and told after.
TEST(Daemon, TellsSystemdOnceItIsReady) {
  const Instance instance;
  const auto path = instance.root() / "notify";
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  const int notified = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(notified, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  Running running(instance);
  ::unsetenv("NOTIFY_SOCKET");
  ASSERT_TRUE(running.says(" ready ms="));
  running.signal(SIGTERM);
  EXPECT_EQ(running.end().exit_status, 0);
  std::array<char, 64> told{};
  EXPECT_EQ(::recv(notified, told.data(), told.size(), 0), 7);
  EXPECT_STREQ(told.data(), "READY=1");
  ::close(notified);
}

TEST(Daemon, ReadsCertificatesAndTheServicesSecretsAgainOnHup) {
  Instance instance;
  Running running(instance);
  ASSERT_TRUE(running.is_ready()) << running.end().errors;
  instance.renew_certificate();
  running.signal(SIGHUP);
  EXPECT_TRUE(running.says("certificates read again"));
  EXPECT_TRUE(running.says("service reloaded"));
  EXPECT_EQ(instance.run({"--health"}).exit_status, 0);
  // Half a renewal: the old pair stays in use.
  write_file(instance.root() / "accounts" / "cert" / "key.pem", "nonsense");
  running.signal(SIGHUP);
  EXPECT_TRUE(running.says("certificates could not be read again; the old ones stay"));
  running.signal(SIGINT);
  EXPECT_EQ(running.end().exit_status, 0);
}

TEST(Daemon, DiesOfSigsysWhenItTriesToEscape) {
  const Instance instance;
  Running running(instance, [] { return std::make_unique<Escaping>(); });
  ASSERT_TRUE(running.is_ready()) << running.end().errors;
  running.signal(SIGHUP);
  const auto fate = running.end();
  EXPECT_EQ(fate.signal, SIGSYS) << fate.exit_status;
  EXPECT_THAT(fate.errors, HasSubstr("error accounts system call refused call=execve"));
}

TEST(Daemon, EndsAtOnceOnASecondSignal) {
  const Instance instance;
  Running running(instance, [] { return std::make_unique<Forever>(); });
  ASSERT_TRUE(running.is_ready()) << running.end().errors;
  running.signal(SIGTERM);
  EXPECT_TRUE(running.says("draining"));
  running.signal(SIGTERM);
  const auto fate = running.end();
  EXPECT_EQ(fate.exit_status, 0);
  EXPECT_THAT(fate.errors, HasSubstr("ending at once"));
}

TEST(Daemon, ClosesWhatItsStarterHasLeftOpen) {
  const Instance instance;
  const int left_open = ::open("/etc/passwd", O_RDONLY);
  ASSERT_GE(::fcntl(left_open, F_DUPFD, 200), 200);
  Running running(instance);
  ASSERT_TRUE(running.is_ready());
  for (const auto& entry : std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", running.pid()))) {
    std::error_code gone;
    EXPECT_NE(std::filesystem::read_symlink(entry.path(), gone), "/etc/passwd");
  }
  ::close_range(200, 220, 0);
  ::close(left_open);
}

TEST(Daemon, RunsAsItsOwnUserWhenStartedAsRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  Instance instance;
  instance.configure("user_base = 23000\nstrict_walls = true\n");
  instance.give_to(23001);
  Running running(instance);
  ASSERT_TRUE(running.is_ready()) << running.end().errors;
  EXPECT_TRUE(running.says("service opened user=23001"));
  EXPECT_TRUE(running.says("user 23001"));
  running.signal(SIGTERM);
  EXPECT_EQ(running.end().exit_status, 0);
}

TEST(Daemon, RefusesToStartWithoutAWallWhereWallsAreStrict) {
  Instance instance("relay");
  instance.configure("strict_walls = true\n");
  const auto fate = in_child([&] {
    ::setenv("SCOP_LANDLOCK_ABI", "2", 1);
    return instance.run_here({}, Instance::quiet());
  });
  EXPECT_EQ(fate.exit_status, 1);
  EXPECT_THAT(fate.errors, HasSubstr("wall missing"));
  EXPECT_THAT(fate.errors, HasSubstr("strict_walls"));
}

TEST(Daemon, SaysWhatIsMissingOnDisk) {
  Instance instance;
  std::filesystem::remove(instance.root() / "accounts" / "cert" / "cert.pem");
  auto fate = instance.run();
  EXPECT_EQ(fate.exit_status, 1);
  EXPECT_THAT(fate.errors, HasSubstr("cannot start"));
  EXPECT_THAT(fate.errors, HasSubstr("cert.pem"));
  instance.renew_certificate();
  std::filesystem::remove_all(instance.root() / "accounts" / "state");
  fate = instance.run();
  EXPECT_EQ(fate.exit_status, 1);
  EXPECT_THAT(fate.errors, HasSubstr("state: not a folder that user"));
}

TEST(Daemon, SaysWhyItsServiceCannotOpen) {
  const Instance instance;
  const auto fate = instance.run({}, [] { return std::make_unique<OnlyWhenOpened>(); });
  EXPECT_EQ(fate.exit_status, 1);
  EXPECT_THAT(fate.errors, HasSubstr("cannot start error=\"the table is upside down\""));
}

TEST(Daemon, DoesNotStartTwice) {
  const Instance instance;
  Running running(instance);
  ASSERT_TRUE(running.is_ready()) << running.end().errors;
  const auto second = instance.run();
  EXPECT_EQ(second.exit_status, 1);
  EXPECT_THAT(second.errors, HasSubstr("cannot start"));
  running.signal(SIGTERM);
  EXPECT_EQ(running.end().exit_status, 0);
}

TEST(CommandLine, ChecksTheConfigurationWithFileAndLine) {
  Instance instance;
  EXPECT_EQ(instance.run({"--check"}).exit_status, 0);
  instance.configure("user_bas = 1\n[mseh]\n");
  const auto fate = instance.run({"--check"});
  EXPECT_EQ(fate.exit_status, 2);
  EXPECT_THAT(fate.errors,
              HasSubstr("scop.toml:5: [mesh] user_bas: unknown key; did you mean \"user_base\"?\n"));
  EXPECT_THAT(fate.errors, HasSubstr("scop.toml:6: [mseh]: unknown section; did you mean [mesh]?\n"));
}

TEST(CommandLine, RefusesWhatTheServiceDoesNotKnowBeforeItRuns) {
  Instance instance;
  instance.configure("[accounts]\nunknown = 1\n");
  const auto fate = instance.run();
  EXPECT_EQ(fate.exit_status, 2);
  EXPECT_THAT(fate.errors,
              HasSubstr("scop.toml:6: [accounts] unknown: unknown key; did you mean \"known\"?\n"));
  EXPECT_THAT(fate.errors, Not(HasSubstr("service opened")));
}

TEST(CommandLine, TellsHealthOfADaemonThatDoesNotRun) {
  const Instance instance;
  const auto fate = instance.run({"--health"});
  EXPECT_EQ(fate.exit_status, 1);
  EXPECT_THAT(fate.errors, HasSubstr("not serving"));
}

TEST(CommandLine, HasHelpAndVersion) {
  const Instance instance;
  const auto help = instance.run({"--help"});
  EXPECT_EQ(help.exit_status, 0);
  EXPECT_THAT(help.errors, HasSubstr("--health"));
  const auto version = instance.run({"--version"});
  EXPECT_EQ(version.exit_status, 0);
  EXPECT_THAT(version.errors, HasSubstr("scop-accounts "));
  EXPECT_EQ(instance.run({"--nonsense"}).exit_status, 2);
}

TEST(CommandLine, SaysThatThereIsNoConfiguration) {
  Instance instance;
  std::filesystem::remove(instance.root() / "scop.toml");
  const auto fate = instance.run();
  EXPECT_EQ(fate.exit_status, 2);
  EXPECT_THAT(fate.errors, HasSubstr("there is no such file; `scop init --domain DOMAIN` makes one"));
}

}  // namespace
}  // namespace scop::daemon
