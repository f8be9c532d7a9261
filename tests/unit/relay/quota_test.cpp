#include <filesystem>

#include "files/maildir_usage.hpp"
#include "world.hpp"

namespace scop::relay {
namespace {

class QuotaTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    close();
    settings_.quota_recount = std::chrono::milliseconds{200};
    settings_.retry = {std::chrono::milliseconds{100}};
    settings_.longest_wait = std::chrono::milliseconds{200};
    limit("u", 1000);
    open();
  }
  void limit(const std::string& user, std::uint64_t octets, bool full = false) {
    auto reply = resolution(v1::ResolveReply::MAILBOX);
    reply.set_mailbox(user + "@our.example");
    reply.set_quota(octets);
    reply.set_full(full);
    neighbours_.resolutions[user + "@our.example"] = reply;
  }
  void send(const std::string& user, std::size_t octets) {
    auto text = std::string(message);
    for (std::size_t at = 0; at < octets; at += 50) text += std::string(48, 'x') + "\r\n";
    ASSERT_TRUE(pass_message(envelope_for({user + "@our.example"}), text)->has_accepted());
  }
  bool is_reported(std::uint64_t messages, bool full) {
    return run_until([&] {
      return !neighbours_.reports.empty() && neighbours_.reports.back().messages() == messages &&
             (neighbours_.reports.back().octets() >= 1000) == full;
    });
  }
  std::filesystem::path box(const std::string& user) const { return folder_ / "mail/our.example" / user; }
};

TEST_F(QuotaTest, WhatIsDeliveredIsReportedToTheOctet) {
  send("u", 300);
  ASSERT_TRUE(is_reported(1, false));
  EXPECT_EQ(neighbours_.reports.back().octets(), files::count_maildir(box("u"))->octets);
  EXPECT_EQ(neighbours_.reports.back().mailbox(), "u@our.example");
  std::string large;
  while (large.size() < 100'000) large += std::string(70, 'x') + "\r\n";
  ASSERT_TRUE(pass_message(envelope_for({"u@our.example"}), std::string(message) + large)->has_accepted());
  ASSERT_TRUE(is_reported(2, true)) << "the part in the spool file counts too";
  EXPECT_EQ(neighbours_.reports.back().octets(), files::count_maildir(box("u"))->octets);
}

TEST_F(QuotaTest, AFullMailboxDefersUntilItsOwnerMakesRoom) {
  send("u", 500);
  send("u", 500);
  ASSERT_TRUE(is_reported(2, true));
  limit("u", 1000, true);
  send("u", 100);
  ASSERT_TRUE(run_until([&] {
    const auto queue = list();
    return queue.messages_size() == 1 && queue.messages(0).recipients(0).last_reply().contains("4.2.2");
  }));
  EXPECT_EQ(mail("u").size(), 2U);
  std::filesystem::remove_all(box("u") / "new");
  std::filesystem::create_directory(box("u") / "new");
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_EQ(mail("u").size(), 1U);
  EXPECT_TRUE(is_reported(1, false));
}

TEST_F(QuotaTest, RoomIsNoticedWithoutAnyMailAndAfterARestart) {
  send("u", 1500);
  ASSERT_TRUE(is_reported(1, true));
  limit("u", 1000, true);
  close();
  std::filesystem::remove_all(box("u") / "new");
  open();
  EXPECT_TRUE(is_reported(0, false));
}

TEST_F(QuotaTest, WhatWasThereBeforeTheQuotaCounts) {
  limit("v", 0);
  send("v", 1500);
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  limit("v", 1000);
  send("v", 10);
  ASSERT_TRUE(is_reported(1, true));
  EXPECT_EQ(mail("v").size(), 1U);
}

TEST_F(QuotaTest, NoQuotaCostsNothingAndOneThatIsLiftedIsForgotten) {
  limit("v", 0, false);
  send("v", 1500);
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_TRUE(neighbours_.reports.empty());
  send("u", 1500);
  ASSERT_TRUE(is_reported(1, true));
  limit("u", 0);
  const auto resolved = neighbours_.resolved;
  ASSERT_TRUE(run_until([&] { return neighbours_.resolved > resolved; }));
  const auto known = neighbours_.resolved;
  io_->restart();
  io_->run_for(std::chrono::milliseconds{700});
  EXPECT_EQ(neighbours_.resolved, known) << "three rounds later nobody asks any more";
}

TEST_F(QuotaTest, ReportsAreFewWhileNothingChangesForTheSender) {
  limit("u", 1'000'000);
  for (int i = 0; i < 50; ++i) send("u", 10);
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_LT(neighbours_.reports.size(), 20U);
  ASSERT_TRUE(is_reported(50, true)) << "over 1000 octets";
  EXPECT_EQ(neighbours_.reports.back().octets(), files::count_maildir(box("u"))->octets);
}

TEST_F(QuotaTest, AccountsAwayGetsItsReportLater) {
  send("u", 10);
  ASSERT_TRUE(is_reported(1, false));
  neighbours_.accounts_away = true;
  neighbours_.reports.clear();
  std::filesystem::remove_all(box("u") / "new");
  io_->restart();
  io_->run_for(std::chrono::milliseconds{500});
  EXPECT_TRUE(neighbours_.reports.empty());
  neighbours_.accounts_away = false;
  send("u", 1500);
  EXPECT_TRUE(
      run_until([&] { return !neighbours_.reports.empty() && neighbours_.reports.back().octets() >= 1000; }));
}

}  // namespace
}  // namespace scop::relay
