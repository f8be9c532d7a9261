#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/id.hpp"
#include "files/descriptor.hpp"
#include "scop/layout.hpp"
#include "scop/log_file.hpp"
#include "scop/terminal.hpp"

namespace scop::command {
namespace {

namespace fs = std::filesystem;

class InFolder : public testing::Test {
 protected:
  void SetUp() override { fs::create_directory(folder); }
  void TearDown() override { fs::remove_all(folder); }
  fs::path folder = fs::temp_directory_path() / ("scop-" + Id::random().text());
};

TEST_F(InFolder, a_layout_that_is_not_kept_leaves_nothing) {
  {
    Layout layout(folder / "instance", 0);
    ASSERT_TRUE(layout.make_folder({}, 0755));
    ASSERT_TRUE(layout.make_folders_of("relay", true));
    ASSERT_TRUE(layout.write("relay/cert/key.pem", "secret", 0600, "relay"));
    EXPECT_TRUE(fs::exists(folder / "instance/relay/cert/key.pem"));
  }
  EXPECT_FALSE(fs::exists(folder / "instance"));
}

TEST_F(InFolder, a_layout_never_removes_what_it_has_not_made) {
  ASSERT_TRUE(fs::create_directory(folder / "instance"));
  {
    Layout layout(folder / "instance", 0);
    ASSERT_TRUE(layout.make_folder({}, 0755));
    ASSERT_TRUE(layout.make_folder("mesh", 0755));
  }
  EXPECT_TRUE(fs::exists(folder / "instance"));
  EXPECT_FALSE(fs::exists(folder / "instance/mesh"));
}

TEST_F(InFolder, a_kept_layout_has_its_modes) {
  Layout layout(folder / "instance", 0);
  ASSERT_TRUE(layout.make_folder({}, 0755));
  ASSERT_TRUE(layout.make_folders_of("relay", true));
  ASSERT_TRUE(layout.write("relay/cert/key.pem", "secret", 0600, "relay"));
  layout.keep();
  struct stat facts{};
  ASSERT_EQ(::stat((folder / "instance/relay/state").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777U, 0700U);
  ASSERT_EQ(::stat((folder / "instance/relay/cert/key.pem").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777U, 0600U);
}

TEST_F(InFolder, a_log_is_bounded_by_rotation) {
  auto log = LogFile::open(folder / "relay.log");
  ASSERT_TRUE(log);
  const std::string line(1U << 20U, 'x');
  for (int i = 0; i < 16 * 6; ++i) log->write(line);
  std::uint64_t total = 0;
  int count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    EXPECT_LE(entry.file_size(), LogFile::most_octets);
    total += entry.file_size();
    ++count;
  }
  EXPECT_EQ(count, LogFile::kept + 1);
  EXPECT_LE(total, LogFile::most_octets * (LogFile::kept + 1));
}

TEST(Terminal, shows_nothing_that_could_drive_it) {
  EXPECT_EQ(shown("plain, j\xc3\xbcrgen"), "plain, j\xc3\xbcrgen");
  EXPECT_EQ(shown("\x1b[31m").find('\x1b'), std::string::npos);
  EXPECT_EQ(shown("\xc2\x9b"
                  "31m")
                .find("\xc2\x9b"),
            std::string::npos);
  EXPECT_EQ(shown("a\nb").find('\n'), std::string::npos);
  EXPECT_EQ(shown("\xff").find('\xff'), std::string::npos);
}

}  // namespace
}  // namespace scop::command
