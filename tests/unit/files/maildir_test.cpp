#include "files/maildir.hpp"

#include <gtest/gtest.h>

#include "files/descriptor.hpp"
#include "folder.hpp"

namespace scop::files {
namespace {

Outcome<> deliver_one(const MaildirDelivery& delivery) { return deliver({&delivery, 1}).front(); }

TEST(Maildir, ADeliveryLandsInNewWithItsOctetsUntouched) {
  const Folder folder;
  const std::string octets("Subject: x\r\n\r\n\0\xff\r\n", 19);
  ASSERT_TRUE(deliver_one({folder.path / "d/u", "", "1.a.host", {"Return-Path: <>\r\n", octets}}));
  EXPECT_EQ(read_whole(folder.path / "d/u/new/1.a.host", 1000).value(), "Return-Path: <>\r\n" + octets);
  EXPECT_EQ(folder.count("d/u/tmp"), 0U);
  EXPECT_EQ(folder.count("d/u/cur"), 0U);
}

TEST(Maildir, ASubfolderIsMadeInMaildirPlusPlusForm) {
  const Folder folder;
  ASSERT_TRUE(deliver_one({folder.path / "u", "Junk", "1.a", {"x"}}));
  EXPECT_TRUE(std::filesystem::exists(folder.path / "u/.Junk/maildirfolder"));
  EXPECT_EQ(folder.count("u/.Junk/new"), 1U);
}

TEST(Maildir, ARepeatedDeliveryFindsItsFileInNewOrCurAndAddsNone) {
  const Folder folder;
  const MaildirDelivery first{folder.path, "", "1.a", {"x"}};
  ASSERT_TRUE(deliver_one(first));
  const MaildirDelivery again{folder.path, "", "1.a", {"x"}, {}, true};
  ASSERT_TRUE(deliver_one(again));
  EXPECT_EQ(folder.count("new"), 1U);
  std::filesystem::rename(folder.path / "new/1.a", folder.path / "cur/1.a:2,S");
  ASSERT_TRUE(deliver_one(again));
  EXPECT_EQ(folder.count("new"), 0U);
  const MaildirDelivery longer{folder.path, "", "1",
                               {"x"},       {}, true};  // a prefix of another name is no match
  ASSERT_TRUE(deliver_one(longer));
  EXPECT_EQ(folder.count("new"), 1U);
}

TEST(Maildir, WhatACutOffDeliveryLeftInTmpIsReplaced) {
  const Folder folder;
  ASSERT_TRUE(deliver_one({folder.path, "", "0.z", {"x"}}));
  {
    ASSERT_TRUE(write_all(create(folder.path / "tmp/1.a").value(), "half", "tmp/1.a"));
  }
  ASSERT_TRUE(deliver_one({folder.path, "", "1.a", {"whole"}}));
  EXPECT_EQ(read_whole(folder.path / "new/1.a", 100).value(), "whole");
  EXPECT_EQ(folder.count("tmp"), 0U);
}

TEST(Maildir, OneMailboxThatCannotBeWrittenDoesNotStopTheOthers) {
  const Folder folder;
  {
    ASSERT_TRUE(create(folder.path / "file"));
  }
  const std::vector<MaildirDelivery> batch{{folder.path / "a", "", "1.a", {"x"}},
                                           {folder.path / "file/b", "", "1.b", {"x"}},
                                           {folder.path / "c", "", "1.c", {"x"}}};
  const auto outcomes = deliver(batch);
  EXPECT_TRUE(outcomes[0]);
  EXPECT_FALSE(outcomes[1]);
  EXPECT_TRUE(outcomes[2]);
}

TEST(Maildir, NamesThatWouldLeaveTheFolderAreNotSafe) {
  for (const auto* bad : {"", ".", "..", ".hidden", "a/b", "a\nb"})
    EXPECT_FALSE(is_safe_component(bad)) << bad;
  EXPECT_FALSE(is_safe_component(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_safe_component(std::string(201, 'a')));
  for (const auto* good : {"user", "a.b", "grüße", "o'neil", "a b"})
    EXPECT_TRUE(is_safe_component(good)) << good;
}

}  // namespace
}  // namespace scop::files
