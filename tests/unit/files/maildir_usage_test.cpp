#include "files/maildir_usage.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "files/maildir.hpp"
#include "folder.hpp"

namespace scop::files {
namespace {

TEST(MaildirUsage, CountsNewAndCurOfAllFoldersAndNothingElse) {
  const Folder folder;
  const auto box = folder.path / "u";
  const std::string octets(100, 'x');
  for (const auto* name : {"1.a", "2.a"}) {
    const MaildirDelivery delivery{box, "", name, {octets}};
    ASSERT_TRUE(deliver({&delivery, 1}).front());
  }
  const MaildirDelivery junk{box, "Junk", "3.a", {"junk"}};
  ASSERT_TRUE(deliver({&junk, 1}).front());
  std::filesystem::rename(box / "new/1.a", box / "cur/1.a:2,S");
  std::ofstream(box / "tmp/left") << octets;
  std::ofstream(box / "dovecot.index") << octets;
  std::filesystem::create_directories(box / "new/folder");
  std::filesystem::create_symlink(box / "dovecot.index", box / "cur/link");
  std::filesystem::create_directory_symlink(box, box / ".Round");
  EXPECT_EQ(count_maildir(box).value(), (MaildirUsage{204, 3}));
}

TEST(MaildirUsage, AMailboxThatIsNotThereHoldsNothing) {
  const Folder folder;
  EXPECT_EQ(count_maildir(folder.path / "nobody").value(), MaildirUsage{});
}

TEST(MaildirUsage, WhatCannotBeReadIsAnErrorAndNotEmpty) {
  const Folder folder;
  // A circle of links: unreadable for root as well.
  std::filesystem::create_directory_symlink(folder.path / "new", folder.path / "new");
  EXPECT_FALSE(count_maildir(folder.path));
}

}  // namespace
}  // namespace scop::files
