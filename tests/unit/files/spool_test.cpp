#include "files/spool.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "folder.hpp"

namespace scop::files {
namespace {

TEST(Spool, AFileThatIsNotKeptGoesWithItsValue) {
  const Folder folder;
  const auto spool = Spool::open(folder.path / "spool").value();
  {
    auto file = spool.create("a").value();
    ASSERT_TRUE(file.append("octets"));
    EXPECT_EQ(folder.count("spool"), 1U);
  }
  EXPECT_EQ(folder.count("spool"), 0U);
}

TEST(Spool, AKeptFileIsReadBackAndRemoved) {
  const Folder folder;
  const auto spool = Spool::open(folder.path / "spool").value();
  auto file = spool.create("a").value();
  ASSERT_TRUE(file.append("one "));
  ASSERT_TRUE(file.append("two"));
  ASSERT_TRUE(file.sync());
  const auto name = std::move(file).keep();
  EXPECT_EQ(spool.read(name, 100).value(), "one two");
  EXPECT_EQ(spool.read(name, 3).error().kind, ErrorKind::too_large);
  spool.remove(name);
  EXPECT_EQ(spool.read(name, 100).error().kind, ErrorKind::not_found);
}

TEST(Spool, TheSweepRemovesOrphansAlone) {
  const Folder folder;
  const auto spool = Spool::open(folder.path).value();
  const auto wanted = std::move(spool.create("a").value()).keep();
  static_cast<void>(std::move(spool.create("b").value()).keep());
  EXPECT_EQ(spool.sweep([&](std::string_view name) { return name == wanted; }), 1U);
  EXPECT_TRUE(spool.read(wanted, 1));
}

TEST(Spool, AWriteOverTheLimitIsExhausted) {
  const Folder folder;
  const auto spool = Spool::open(folder.path).value();
  auto file = spool.create("a").value();
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{4096, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto written = file.append(std::string(10'000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::exhausted);
}

}  // namespace
}  // namespace scop::files
