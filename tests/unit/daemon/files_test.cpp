#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "child.hpp"
#include "daemon/landlock.hpp"

namespace scop::daemon {
namespace {

// Both the kernel's own Landlock and Debian 12's.
class Files : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (landlock_abi() < 1)
      GTEST_SKIP() << "this kernel has no Landlock: nothing about files can be shown here";
  }
  Fate open_inside(const std::filesystem::path& file, int flags) const {
    return cell_.inside([&] { return result_of(::open(file.c_str(), flags, 0600)); }, GetParam());
  }
  Cell cell_;
};

TEST_P(Files, AreReadInTheOwnCertificateFolderAndNotWritten) {
  EXPECT_EQ(open_inside(cell_.root() / "cert" / "cert.pem", O_RDONLY).exit_status, 0);
  EXPECT_EQ(open_inside(cell_.root() / "cert" / "cert.pem", O_WRONLY).exit_status, EACCES);
  EXPECT_EQ(open_inside(cell_.root() / "cert" / "new.pem", O_WRONLY | O_CREAT).exit_status, EACCES);
}

TEST_P(Files, OfTheAuthorityAreItsCertificateAndNotItsKey) {
  EXPECT_EQ(open_inside(cell_.root() / "ca.pem", O_RDONLY).exit_status, 0);
  EXPECT_EQ(open_inside(cell_.root() / "ca.key", O_RDONLY).exit_status, EACCES);
}

TEST_P(Files, AreMadeMovedAndRemovedInTheOwnState) {
  const auto fate = cell_.inside(
      [this] {
        const auto state = cell_.root() / "state";
        ::mkdir((state / "tmp").c_str(), 0700);
        ::mkdir((state / "new").c_str(), 0700);
        const int file = ::open((state / "tmp" / "a").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (file < 0 || ::write(file, "x", 1) != 1 || ::fsync(file) != 0) return 1;
        // As Maildir delivers: from one folder to another.
        if (::rename((state / "tmp" / "a").c_str(), (state / "new" / "a").c_str()) != 0) return 2;
        if (::unlink((state / "new" / "a").c_str()) != 0) return 3;
        return ::rmdir((state / "new").c_str()) == 0 ? 0 : 4;
      },
      GetParam());
  EXPECT_EQ(fate.exit_status, 0) << fate.errors;
}

TEST_P(Files, OfOthersAreNeitherReadNorWritten) {
  EXPECT_EQ(open_inside(cell_.root() / "foreign" / "secret", O_RDONLY).exit_status, EACCES);
  EXPECT_EQ(open_inside(cell_.root() / "foreign" / "secret", O_WRONLY | O_TRUNC).exit_status, EACCES);
  EXPECT_EQ(open_inside(cell_.root() / "foreign", O_RDONLY | O_DIRECTORY).exit_status, EACCES);
  EXPECT_EQ(open_inside("/etc/passwd", O_RDONLY).exit_status, EACCES);
  EXPECT_EQ(open_inside("/proc/1/status", O_RDONLY).exit_status, EACCES);
}

TEST_P(Files, AreNotMovedOutOfTheOwnState) {
  write_file(cell_.root() / "state" / "mine", "x");
  const auto fate = cell_.inside(
      [this] {
        return result_of(
            ::rename((cell_.root() / "state" / "mine").c_str(), (cell_.root() / "foreign" / "mine").c_str()));
      },
      GetParam());
  EXPECT_TRUE(fate.exit_status == EACCES || fate.exit_status == EXDEV) << fate.exit_status;
}

TEST_P(Files, ThatAreListedCanBeRead) {
  cell_.jail.walls.read = {cell_.root() / "foreign", "/there/is/no/such/file"};
  EXPECT_EQ(open_inside(cell_.root() / "foreign" / "secret", O_RDONLY).exit_status, 0);
  EXPECT_EQ(open_inside(cell_.root() / "foreign" / "secret", O_WRONLY).exit_status, EACCES);
}

TEST_P(Files, ThatAreListedForWritingMustExist) {
  cell_.jail.walls.write = {"/there/is/no/such/folder"};
  const auto fate = cell_.inside([] { return 0; }, GetParam());
  EXPECT_EQ(fate.exit_status, walls_failed);
  EXPECT_NE(fate.errors.find("/there/is/no/such/folder"), std::string::npos) << fate.errors;
}

TEST_P(Files, AreNotChangedByPathBehindLandlocksBack) {
  // Landlock knows no chmod, chown, truncate by path before ABI 3, nor extended attributes: seccomp refuses
  // them.
  const auto foreign = (cell_.root() / "foreign" / "secret").string();
  EXPECT_EQ(cell_.inside([&] { return result_of(::chmod(foreign.c_str(), 0777)); }, GetParam()).signal,
            SIGSYS);
  EXPECT_EQ(cell_.inside([&] { return result_of(::chown(foreign.c_str(), 1, 1)); }, GetParam()).signal,
            SIGSYS);
  EXPECT_EQ(cell_.inside([&] { return result_of(::truncate(foreign.c_str(), 0)); }, GetParam()).signal,
            SIGSYS);
  EXPECT_EQ(cell_.inside([&] { return result_of(::symlink("x", foreign.c_str())); }, GetParam()).signal,
            SIGSYS);
}

INSTANTIATE_TEST_SUITE_P(OnThisKernelAndOnDebian12s, Files, testing::Values(-1, 2),
                         [](const auto& info) { return info.param < 0 ? "Own" : "Abi2"; });

TEST(WithoutLandlock, TheOtherWallsStandAndTheMissingOneIsNamed) {
  const Cell cell;
  const auto fate = in_child([&] {
    ::setenv("SCOP_LANDLOCK_ABI", "0", 1);
    const auto standing = put_up_walls(cell.jail);
    if (!standing || standing->missing.size() != 1) return 1;
    if (standing->missing.front().wall != "files and TCP ports") return 2;
    ::execl("/bin/true", "true", nullptr);
    return 3;
  });
  EXPECT_EQ(fate.signal, SIGSYS) << fate.exit_status << fate.errors;
}

}  // namespace
}  // namespace scop::daemon
