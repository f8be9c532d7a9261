#include "key_life/life.hpp"

#include <gtest/gtest.h>

namespace scop::key_life {
namespace {

using dkim::KeyType;
using namespace std::chrono_literals;
using std::chrono::days;

constexpr Schedule by_quarters{.rotate_every = days{90}, .keep = days{7}, .retire_for = days{5}};
constexpr std::string_view revoked = "v=DKIM1; k=rsa; p=";

// A domain with an old RSA key, as it was before there were ledgers.
class LifeTest : public ::testing::Test {
 protected:
  void SetUp() override { start(by_quarters); }

  void start(Schedule schedule, std::vector<Found> files = {{"old", KeyType::rsa, "old record"}}) {
    life_ = Life(schedule, {});
    life_.take_stock(files, now_);
    life_.pass(now_, std::nullopt);
  }
  void wait(Span span) {
    now_ += span;
    life_.pass(now_, span);
  }
  Stage stage(std::string_view selector) const {
    const auto* key = std::as_const(life_).find(selector);
    return key == nullptr ? Stage::removing : key->stage;
  }
  std::string newest() const { return life_.ledger().keys.back().selector; }
  void see(std::string_view selector) {
    life_.seen(selector, wanted_record(*life_.find(selector)), 1h, now_);
  }
  // Up to a key that is published and waits.
  std::string begin() {
    EXPECT_EQ(life_.rotate(KeyType::rsa, false, now_), "");
    life_.made(newest(), "new record", now_);
    see(newest());
    return newest();
  }

  Time now_ = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21};
  Life life_{by_quarters, {}};
};

TEST_F(LifeTest, a_file_without_an_entry_signs) {
  EXPECT_EQ(stage("old"), Stage::signing);
  EXPECT_EQ(wanted_record(*life_.find("old")), "old record");
}

TEST_F(LifeTest, a_rotation_goes_through_every_stage_in_order) {
  EXPECT_EQ(life_.rotate(KeyType::rsa, false, now_), "");
  const auto fresh = newest();
  EXPECT_EQ(fresh, "r20261121a");
  EXPECT_EQ(stage(fresh), Stage::making);
  EXPECT_EQ(wanted_record(*life_.find(fresh)), "");
  life_.made(fresh, "new record", now_);
  EXPECT_EQ(stage(fresh), Stage::publishing);
  EXPECT_EQ(wanted_record(*life_.find(fresh)), "new record");
  see(fresh);
  EXPECT_EQ(stage(fresh), Stage::waiting);
  EXPECT_EQ(life_.next_step(*life_.find(fresh)), Span(1h));
  wait(59min);
  see(fresh);
  EXPECT_EQ(stage(fresh), Stage::waiting);
  EXPECT_EQ(stage("old"), Stage::signing);
  wait(1min);
  see(fresh);
  EXPECT_EQ(stage(fresh), Stage::signing);
  EXPECT_EQ(stage("old"), Stage::kept);
  EXPECT_EQ(wanted_record(*life_.find("old")), "old record");
  wait(days{7} - 1s);
  EXPECT_EQ(stage("old"), Stage::kept);
  wait(1s);
  EXPECT_EQ(stage("old"), Stage::retired);
  EXPECT_EQ(wanted_record(*life_.find("old")), revoked);
  EXPECT_EQ(life_.to_erase(), std::vector<std::string>{"old"});
  life_.erased("old");
  wait(days{6});  // the empty p= has not been seen: its time does not count yet
  EXPECT_EQ(stage("old"), Stage::retired);
  see("old");
  wait(days{5});
  EXPECT_EQ(stage("old"), Stage::removing);
  EXPECT_EQ(wanted_record(*life_.find("old")), "");
  see("old");
  EXPECT_EQ(life_.find("old"), nullptr);
  EXPECT_EQ(stage(fresh), Stage::signing);
}

TEST_F(LifeTest, a_ripe_key_signs_only_where_it_is_still_answered) {
  const auto fresh = begin();
  wait(days{30});
  EXPECT_EQ(stage(fresh), Stage::waiting);
  life_.seen(fresh, "another record", 1h, now_);
  EXPECT_EQ(stage(fresh), Stage::waiting);
  see(fresh);
  EXPECT_EQ(stage(fresh), Stage::signing);
}

TEST_F(LifeTest, a_fact_about_a_stage_that_is_over_changes_nothing) {
  const auto fresh = begin();
  EXPECT_EQ(life_.rotate(KeyType::rsa, true, now_), "");
  const auto before = life_.ledger();
  life_.seen(fresh, "new record", 1h, now_);
  life_.made(fresh, "another record", now_);
  life_.taken(fresh, now_);
  life_.seen("nobody", "", 1h, now_);
  EXPECT_EQ(life_.ledger(), before);
}

TEST_F(LifeTest, the_schedule_rotates_and_staggers_the_algorithms) {
  start(by_quarters, {{"old", KeyType::rsa, "old record"}, {"older", KeyType::ed25519, "older record"}});
  wait(days{90} - 1s);
  EXPECT_EQ(life_.ledger().keys.size(), 2U);
  wait(1s);
  ASSERT_EQ(life_.ledger().keys.size(), 3U);
  EXPECT_EQ(life_.ledger().keys.back().type, KeyType::rsa);
  const auto fresh = newest();
  life_.made(fresh, "new record", now_);
  see(fresh);
  wait(2h);
  see(fresh);
  EXPECT_EQ(stage(fresh), Stage::signing);
  wait(days{22});
  EXPECT_EQ(newest(), fresh);
  wait(days{1});
  EXPECT_EQ(life_.ledger().keys.back().type, KeyType::ed25519);
}

// A keeper that asked "in how long?" and heard "now" would ask again every millisecond, for weeks.
TEST_F(LifeTest, a_key_whose_successor_is_under_way_waits_for_nothing) {
  const auto old = [this] { return life_.next_step(*life_.find("old")); };
  EXPECT_EQ(old(), days{90});
  wait(days{60});
  EXPECT_EQ(old(), days{30});
  const auto fresh = begin();
  EXPECT_EQ(old(), std::nullopt);
  wait(days{60});
  EXPECT_EQ(old(), std::nullopt) << "over time, and still nothing to be done about it";
  see(fresh);
  EXPECT_EQ(life_.next_step(*life_.find(fresh)), days{90});
  EXPECT_EQ(old(), by_quarters.keep);
}

TEST_F(LifeTest, a_full_ledger_waits_for_nothing) {
  while (life_.ledger().keys.size() < most_keys) {
    EXPECT_EQ(life_.rotate(KeyType::rsa, true, now_), "");
    life_.made(newest(), "new record", now_);
    see(newest());
    if (life_.ledger().keys.size() == most_keys) break;
  }
  ASSERT_EQ(stage(newest()), Stage::signing);
  EXPECT_EQ(life_.next_step(*life_.find(newest())), std::nullopt);
}

TEST_F(LifeTest, an_algorithm_that_is_stuck_does_not_hold_up_the_other_for_ever) {
  start(by_quarters, {{"old", KeyType::rsa, "old record"}, {"older", KeyType::ed25519, "older record"}});
  wait(days{90});
  wait(days{22});
  EXPECT_EQ(life_.ledger().keys.back().type, KeyType::rsa);
  wait(days{1});
  EXPECT_EQ(life_.ledger().keys.back().type, KeyType::ed25519);
}

TEST_F(LifeTest, without_a_schedule_nothing_begins_by_itself) {
  start({.rotate_every = Span{0}});
  wait(days{10'000});
  EXPECT_EQ(life_.ledger().keys.size(), 1U);
  EXPECT_EQ(life_.next_step(*life_.find("old")), std::nullopt);
}

TEST_F(LifeTest, a_primary_that_is_away_for_days_leaves_the_old_key_signing) {
  EXPECT_EQ(life_.rotate(KeyType::rsa, false, now_), "");
  life_.made(newest(), "new record", now_);
  for (int day = 0; day < 60; ++day) wait(days{1});
  EXPECT_EQ(stage(newest()), Stage::publishing);
  EXPECT_EQ(stage("old"), Stage::signing);
  EXPECT_NE(life_.rotate(KeyType::rsa, false, now_).find("under way"), std::string::npos);
}

TEST_F(LifeTest, a_compromised_key_is_revoked_at_once_and_its_successor_signs_when_seen) {
  EXPECT_EQ(life_.rotate(KeyType::rsa, true, now_), "");
  EXPECT_EQ(stage("old"), Stage::retired);
  EXPECT_EQ(wanted_record(*life_.find("old")), revoked);
  EXPECT_EQ(life_.to_erase(), std::vector<std::string>{"old"});
  const auto fresh = newest();
  life_.made(fresh, "new record", now_);
  EXPECT_EQ(stage(fresh), Stage::publishing);
  see(fresh);
  EXPECT_EQ(stage(fresh), Stage::signing);
}

TEST_F(LifeTest, a_compromise_takes_kept_keys_and_those_under_way_along_but_not_the_other_algorithm) {
  start(by_quarters, {{"old", KeyType::rsa, "old record"}, {"older", KeyType::ed25519, "older record"}});
  const auto second = begin();
  wait(1h);
  see(second);
  const auto third = begin();
  EXPECT_EQ(stage("old"), Stage::kept);
  EXPECT_EQ(life_.rotate(KeyType::rsa, true, now_), "");
  for (const auto& selector : {std::string("old"), second, third}) EXPECT_EQ(stage(selector), Stage::retired);
  EXPECT_EQ(stage("older"), Stage::signing);
}

TEST_F(LifeTest, saying_compromised_twice_does_not_begin_again) {
  EXPECT_EQ(life_.rotate(KeyType::rsa, true, now_), "");
  const auto before = life_.ledger();
  EXPECT_NE(life_.rotate(KeyType::rsa, true, now_), "");
  EXPECT_EQ(life_.ledger(), before);
}

TEST_F(LifeTest, a_compromise_drops_a_key_that_is_not_even_made) {
  EXPECT_EQ(life_.rotate(KeyType::rsa, false, now_), "");
  const auto unmade = newest();
  EXPECT_EQ(life_.rotate(KeyType::rsa, true, now_), "");
  EXPECT_EQ(stage(unmade), Stage::removing);
  life_.made(unmade, "too late", now_);  // its file came after all
  EXPECT_EQ(life_.to_erase(), (std::vector<std::string>{"old", unmade}));
  life_.seen(unmade, "", 0h, now_);
  EXPECT_NE(life_.find(unmade), nullptr) << "forgotten with its file there, it would sign";
  life_.erased(unmade);
  life_.seen(unmade, "", 0h, now_);
  EXPECT_EQ(life_.find(unmade), nullptr);
}

TEST_F(LifeTest, a_clock_that_goes_back_retires_nothing_early_and_does_not_stick) {
  const auto fresh = begin();
  wait(1h);
  see(fresh);
  wait(days{3});
  now_ -= days{3000};
  life_.pass(now_, 1s);
  wait(days{4} - 10s);
  EXPECT_EQ(stage("old"), Stage::kept);
  wait(10s);
  EXPECT_EQ(stage("old"), Stage::retired);
}

TEST_F(LifeTest, a_clock_that_jumps_ahead_and_back_while_we_run_retires_nothing) {
  const auto fresh = begin();
  wait(1h);
  see(fresh);
  const auto revision = life_.revision();
  life_.pass(now_ + days{3000}, 1s);
  EXPECT_GT(life_.revision(), revision) << "a jump is written down, or the next start would count it";
  life_.pass(now_, 1s);
  EXPECT_EQ(stage("old"), Stage::kept);
}

TEST_F(LifeTest, time_between_two_runs_counts_by_the_civil_clock_and_never_backwards) {
  const auto fresh = begin();
  wait(1h);
  see(fresh);
  Life later(by_quarters, life_.ledger());
  later.pass(now_ + days{6}, std::nullopt);
  EXPECT_GT(later.revision(), 0U) << "what has been counted is written down";
  EXPECT_EQ(later.find("old")->stage, Stage::kept);
  Life back(by_quarters, later.ledger());
  back.pass(now_ - days{600}, std::nullopt);
  EXPECT_EQ(back.find("old")->age, Span(days{6}));
  Life latest(by_quarters, later.ledger());
  latest.pass(now_ + days{7}, std::nullopt);
  EXPECT_EQ(latest.find("old")->stage, Stage::retired);
}

TEST_F(LifeTest, a_key_whose_file_is_gone_stops_signing_and_leaves_in_order) {
  const auto fresh = begin();
  life_.take_stock({}, now_);
  EXPECT_EQ(stage("old"), Stage::kept);
  EXPECT_EQ(life_.find(fresh)->stage, Stage::removing);
  EXPECT_EQ(wanted_record(*life_.find(fresh)), "");
}

TEST_F(LifeTest, a_file_that_came_before_its_entry_is_that_entry_s) {
  EXPECT_EQ(life_.rotate(KeyType::rsa, false, now_), "");
  Life again(by_quarters, life_.ledger());
  const std::vector<Found> files{{"old", KeyType::rsa, "old record"}, {newest(), KeyType::rsa, "new record"}};
  again.take_stock(files, now_);
  EXPECT_EQ(again.find(newest())->stage, Stage::publishing);
}

TEST_F(LifeTest, a_name_that_is_somebody_else_s_is_left_alone) {
  EXPECT_EQ(life_.rotate(KeyType::rsa, false, now_), "");
  life_.taken(newest(), now_);
  EXPECT_EQ(newest(), "r20261121b");
  EXPECT_EQ(life_.find("r20261121a"), nullptr);
}

TEST_F(LifeTest, the_number_of_keys_is_bounded) {
  for (std::size_t i = 1; i < most_keys; ++i) {
    const auto fresh = begin();
    wait(1h);
    see(fresh);
  }
  EXPECT_NE(life_.rotate(KeyType::rsa, false, now_), "");
}

}  // namespace
}  // namespace scop::key_life
