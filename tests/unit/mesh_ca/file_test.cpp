#include "mesh_ca/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/id.hpp"
#include "files/descriptor.hpp"

namespace scop::mesh_ca {
namespace {

class Files : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directory(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static mode_t mode_of(const std::filesystem::path& file) {
    struct stat facts{};
    return ::stat(file.c_str(), &facts) == 0 ? facts.st_mode & 0777 : 0;
  }
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("scop-" + Id::random().text());
};

TEST_F(Files, are_replaced_whole_with_their_mode) {
  const auto file = folder_ / "key.pem";
  ASSERT_TRUE(replace_file(file, "first", 0600));
  ASSERT_TRUE(replace_file(file, "second", 0600));
  EXPECT_EQ(files::read_whole(file, 100).value(), "second");
  EXPECT_EQ(mode_of(file), 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1)
      << "nothing is left beside it";
}

TEST_F(Files, never_follow_a_link_to_another_place) {
  ASSERT_TRUE(replace_file(folder_ / "target", "kept", 0600));
  std::filesystem::create_symlink(folder_ / "target", folder_ / "link");
  ASSERT_TRUE(replace_file(folder_ / "link", "new", 0600));
  EXPECT_EQ(files::read_whole(folder_ / "target", 100).value(), "kept");
}

TEST_F(Files, without_a_folder_are_errors) {
  EXPECT_EQ(replace_file(folder_ / "no" / "folder", "x", 0600).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace scop::mesh_ca
