#include "relay/ledger.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace scop::relay {
namespace {

constexpr Time start{std::chrono::seconds{1'700'000'000}};

class LedgerTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("scop-ledger-" + Id::random().text());
    std::filesystem::create_directory(folder_);
    database_.emplace(store::Database::open(folder_ / "db").value());
    ASSERT_TRUE(database_->migrate(ledger::schema()));
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  QueuedMessage message(std::int64_t number) {
    QueuedMessage m;
    m.number = number;
    m.id = Id::random();
    m.trace = m.id.text();
    m.origin = "signer";
    m.received = start;
    m.reverse_path = "a@our.example";
    m.recipients.push_back(
        {.position = 0, .address = "b@else.example", .next_attempt = start, .changed = start});
    m.recipients.push_back(
        {.position = 1, .address = "c@else.example", .next_attempt = start, .changed = start});
    return m;
  }
  ledger::Entered enter(const QueuedMessage& m, std::string_view digest = "d",
                        std::string_view edge = "submission") {
    return ledger::enter(*database_, {m, "octets", edge, digest}).value();
  }
  std::uint64_t count() { return ledger::count(*database_).value(); }

  std::filesystem::path folder_;
  std::optional<store::Database> database_;
};

TEST_F(LedgerTest, WhatIsEnteredComesBackWhole) {
  const auto m = message(1);
  ASSERT_EQ(enter(m), ledger::Entered::fresh);
  const auto loaded = ledger::load(*database_, {1}).value();
  ASSERT_EQ(loaded.size(), 1U);
  EXPECT_EQ(loaded[0].id, m.id);
  EXPECT_EQ(loaded[0].recipients, m.recipients);
  EXPECT_EQ(ledger::content(*database_, 1).value(), "octets");
  EXPECT_EQ(ledger::seen(*database_, m.id).value()->edge, "submission");
}

TEST_F(LedgerTest, WhatTheVerifierFoundIsKept) {
  auto m = message(1);
  m.origin = "verifier";
  m.path_proved = true;
  m.arc_results = "spf=pass; dkim=pass";
  m.arc_chain = "none";
  m.recipients[1].junk = true;
  ASSERT_EQ(enter(m), ledger::Entered::fresh);
  const auto loaded = ledger::load(*database_, {1}).value();
  EXPECT_TRUE(loaded[0].path_proved);
  EXPECT_EQ(loaded[0].arc_results, m.arc_results);
  EXPECT_EQ(loaded[0].arc_chain, "none");
  EXPECT_EQ(loaded[0].recipients, m.recipients);
}

TEST_F(LedgerTest, AQueueOfTheFirstReleaseGoesOn) {
  database_.reset();
  auto old = store::Database::open(folder_ / "old.db").value();
  ASSERT_TRUE(old.migrate(ledger::schema().first(1)));
  ASSERT_TRUE(old.run(
      "INSERT INTO message VALUES (7, zeroblob(16), 't', 1, 'signer', 0, 9, 'a@b', 0, '', 0, 0, 0, 0, '')"));
  ASSERT_TRUE(
      old.run("INSERT INTO recipient VALUES (7, 0, 'c@d', 0, '', 0, 0, 0, 0, 0, 0, 5, 5, '', '', '')"));
  ASSERT_TRUE(old.migrate(ledger::schema()));
  const auto loaded = ledger::load(old, {7}).value();
  ASSERT_EQ(loaded.size(), 1U);
  ASSERT_EQ(loaded[0].recipients.size(), 1U);
  EXPECT_EQ(loaded[0].recipients[0].address, "c@d");
  EXPECT_FALSE(loaded[0].recipients[0].junk);
  EXPECT_FALSE(loaded[0].path_proved);
  ASSERT_TRUE(ledger::record(
      old, {.message = 7, .finished = false, .held = false, .recipients = loaded[0].recipients}));
}

TEST_F(LedgerTest, TheSameIdIsCommittedOnceAndBoundToEdgeAndDigest) {
  auto m = message(1);
  ASSERT_EQ(enter(m), ledger::Entered::fresh);
  m.number = 2;
  EXPECT_EQ(enter(m), ledger::Entered::known);
  EXPECT_EQ(enter(m, "another"), ledger::Entered::other);
  EXPECT_EQ(enter(m, "d", "matrix"), ledger::Entered::other);
  EXPECT_EQ(count(), 1U);
}

TEST_F(LedgerTest, AFinishedMessageLeavesItsIdAlone) {
  auto m = message(1);
  ASSERT_EQ(enter(m), ledger::Entered::fresh);
  ASSERT_TRUE(ledger::record(*database_, {.message = 1, .finished = true}));
  EXPECT_EQ(count(), 0U);
  EXPECT_FALSE(ledger::content(*database_, 1));
  m.number = 2;
  EXPECT_EQ(enter(m), ledger::Entered::known);
  ASSERT_TRUE(ledger::forget_seen(*database_, start + std::chrono::milliseconds{1}));
  EXPECT_EQ(enter(m), ledger::Entered::fresh);
}

TEST_F(LedgerTest, DueIsWhatTimeHasComeForAndWhatAClockLeftFarAway) {
  for (std::int64_t number = 1; number <= 3; ++number)
    ASSERT_EQ(enter(message(number)), ledger::Entered::fresh);
  auto later = message(2).recipients;
  later[0].next_attempt = later[1].next_attempt = start + std::chrono::hours{1};
  ASSERT_TRUE(ledger::record(*database_, {.message = 2, .recipients = later}));
  auto far = later;
  far[0].next_attempt = far[1].next_attempt = start + std::chrono::hours{10'000};
  ASSERT_TRUE(ledger::record(*database_, {.message = 3, .recipients = far}));
  const auto due = ledger::due(*database_, start, start + std::chrono::hours{9}, 100).value();
  EXPECT_EQ(due.messages, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(due.next, start + std::chrono::hours{1});
}

TEST_F(LedgerTest, AHeldMessageIsNotDueUntilReleased) {
  ASSERT_EQ(enter(message(1)), ledger::Entered::fresh);
  ASSERT_TRUE(ledger::hold(*database_, 1, true, start));
  EXPECT_TRUE(ledger::due(*database_, start, start, 10).value().messages.empty());
  ASSERT_TRUE(ledger::retry(*database_, 1, start));
  EXPECT_TRUE(ledger::due(*database_, start, start, 10).value().messages.empty());
  ASSERT_TRUE(ledger::hold(*database_, 1, false, start));
  EXPECT_EQ(ledger::due(*database_, start, start, 10).value().messages.size(), 1U);
}

TEST_F(LedgerTest, ARecordOfADroppedMessageBringsNothingBack) {
  const auto m = message(1);
  ASSERT_EQ(enter(m), ledger::Entered::fresh);
  ASSERT_TRUE(ledger::drop(*database_, 1));
  ASSERT_TRUE(ledger::record(*database_, {.message = 1, .recipients = m.recipients}));
  EXPECT_TRUE(ledger::due(*database_, start, start, 10).value().messages.empty());
}

TEST_F(LedgerTest, FindingGoesByAddressOrId) {
  const auto m = message(1);
  ASSERT_EQ(enter(m), ledger::Entered::fresh);
  EXPECT_EQ(ledger::find(*database_, m.id.text(), 10).value().size(), 1U);
  EXPECT_EQ(ledger::find(*database_, "C@ELSE", 10).value().size(), 1U);
  EXPECT_EQ(ledger::find(*database_, "our.example", 10).value().size(), 1U);
  EXPECT_TRUE(ledger::find(*database_, "nobody%", 10).value().empty());
}

}  // namespace
}  // namespace scop::relay
