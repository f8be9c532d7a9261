#include "signer/key_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "dkim/key.hpp"
#include "files/descriptor.hpp"

namespace scop::signer {
namespace {

class KeyFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "scop-key-files-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::size_t count() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator()));
  }
  std::filesystem::path folder_;
};

TEST_F(KeyFilesTest, makes_a_key_for_its_owner_alone_and_keeps_one_that_is_there) {
  const KeyFileName name{"e20261121a", dkim::KeyType::ed25519};
  const auto record = make_key_file(folder_, name);
  ASSERT_TRUE(record) << record.error().what;
  struct stat facts{};
  ASSERT_EQ(::stat((folder_ / "e20261121a.ed25519.pem").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777U, 0600U);
  EXPECT_EQ(make_key_file(folder_, name), *record);
  EXPECT_EQ(count(), 1U);
  EXPECT_EQ(key_files_in(folder_).value(), std::vector<KeyFileName>{name});
}

TEST_F(KeyFilesTest, erases_twice_as_well_as_once) {
  const KeyFileName name{"e1", dkim::KeyType::ed25519};
  ASSERT_TRUE(make_key_file(folder_, name));
  EXPECT_TRUE(erase_key_file(folder_, name));
  EXPECT_EQ(count(), 0U);
  EXPECT_TRUE(erase_key_file(folder_, name));
}

TEST_F(KeyFilesTest, a_ledger_is_the_last_one_that_was_written_whole) {
  EXPECT_EQ(read_ledger(folder_).error().kind, ErrorKind::not_found);
  key_life::Ledger ledger;
  ledger.at = Time(std::chrono::hours(1));
  ASSERT_TRUE(write_ledger(folder_, to_text(ledger)));
  std::ofstream(folder_ / "life.new") << "scop-key-li";
  EXPECT_EQ(read_ledger(folder_), ledger);
  ASSERT_TRUE(write_ledger(folder_, to_text(key_life::Ledger{})));
  EXPECT_EQ(read_ledger(folder_), key_life::Ledger{});
  EXPECT_EQ(count(), 1U);
}

TEST_F(KeyFilesTest, a_ledger_that_nobody_wrote_is_named_with_its_file) {
  std::ofstream(folder_ / "life") << "rsa signs\n";
  const auto read = read_ledger(folder_);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::malformed);
  EXPECT_TRUE(read.error().what.contains((folder_ / "life").string()));
}

TEST_F(KeyFilesTest, what_a_crash_left_half_written_is_swept) {
  std::ofstream(folder_ / "r1.rsa.pem.new") << "half a key";
  std::ofstream(folder_ / "notes") << "mine";
  sweep_key_folder(folder_);
  EXPECT_EQ(count(), 1U);
}

// Else a folder whose rights are wrong for a moment would read as one whose keys are lost, and they would be
// taken out of the DNS.
TEST_F(KeyFilesTest, a_folder_that_cannot_be_listed_is_not_one_without_keys) {
  const auto file = folder_ / "no-folder";
  std::ofstream(file) << "x";
  const auto listed = key_files_in(file);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(listed.error().what.contains(file.string()));
  EXPECT_TRUE(key_files_in(folder_ / "not-made-yet").value().empty());
}

TEST_F(KeyFilesTest, other_files_are_no_keys) {
  for (const auto* name : {"a.pem", "a.dsa.pem", ".rsa.pem", "a b.rsa.pem", "life", "a.rsa.pem.new"})
    std::ofstream(folder_ / name) << "x";
  EXPECT_TRUE(key_files_in(folder_).value().empty());
}

}  // namespace
}  // namespace scop::signer
