// The order of key, records and certificate: step by step, and as a small world of servers and resolvers in
// which the process dies at every point.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

#include "cert_roll/step.hpp"

namespace scop::cert_roll {
namespace {

using std::chrono::seconds;

std::string digest(int number) { return std::string(62, 'a') + std::to_string(10 + number); }

const Time start{std::chrono::hours(500'000)};

State settled_on(int key) {
  State state;
  state.current = digest(key);
  return state;
}

TEST(CertRoll, ASettledOneRests) {
  auto state = settled_on(1);
  EXPECT_EQ(next(state, start), Action::rest);
  EXPECT_EQ(keys_to_publish(state), std::vector{digest(1)});
  EXPECT_TRUE(keys_to_withdraw(state).empty());
}

TEST(CertRoll, ARenewalWithTheSameKeyTouchesNoRecord) {
  auto state = *begin(settled_on(1), digest(1), digest(50), start);
  EXPECT_EQ(next(state, start), Action::place);
  EXPECT_EQ(keys_to_publish(state), std::vector{digest(1)});
  placed(state, start);
  EXPECT_EQ(next(state, start), Action::prove);
  proven(state, start);
  EXPECT_EQ(next(state, start), Action::rest);
  EXPECT_EQ(state.current, digest(1));
  EXPECT_EQ(state.key_since, Time{}) << "the key's age goes on";
}

TEST(CertRoll, ANewKeyIsAnnouncedAndWaitedForBeforeItIsPlaced) {
  auto state = *begin(settled_on(1), digest(2), digest(50), start);
  EXPECT_EQ(next(state, start), Action::announce);
  EXPECT_EQ(keys_to_publish(state), (std::vector{digest(1), digest(2)}));
  announced(state, seconds(300), start + seconds(7));
  EXPECT_EQ(wait_ends(state), start + seconds(607));
  EXPECT_EQ(next(state, start + seconds(606)), Action::wait);
  EXPECT_EQ(next(state, start + seconds(607)), Action::place);
  EXPECT_EQ(state.step, Step::placing);
  EXPECT_EQ(next(state, start), Action::place) << "a clock that went back does not bring the wait back";
  placed(state, start + seconds(608));
  EXPECT_EQ(keys_to_publish(state).size(), 2U) << "until it has been seen on every port";
  EXPECT_EQ(next(state, start + seconds(608)), Action::prove);
  proven(state, start + seconds(610));
  EXPECT_EQ(next(state, start + seconds(610)), Action::retire);
  EXPECT_EQ(keys_to_publish(state), std::vector{digest(2)});
  EXPECT_EQ(keys_to_withdraw(state), std::vector{digest(1)});
  retired(state, start + seconds(611));
  EXPECT_EQ(state.current, digest(2));
  EXPECT_EQ(state.key_since, start + seconds(611));
  EXPECT_EQ(next(state, start + seconds(611)), Action::rest);
}

TEST(CertRoll, AnnouncingOnceMoreOrOutOfTurnChangesNothing) {
  auto state = *begin(settled_on(1), digest(2), digest(50), start);
  placed(state, start);
  proven(state, start);
  retired(state, start);
  EXPECT_EQ(state.step, Step::announcing);
  announced(state, seconds(60), start);
  announced(state, seconds(60), start + seconds(100));
  EXPECT_EQ(state.since, start);
}

TEST(CertRoll, AnotherKeyWhileWaitingGivesTheFirstOneUpAndItsRecordGoesInTheEnd) {
  auto state = *begin(settled_on(1), digest(2), digest(50), start);
  announced(state, seconds(60), start);
  state = *begin(state, digest(3), digest(51), start + seconds(10));
  EXPECT_EQ(next(state, start + seconds(1000)), Action::announce) << "the new one has to be waited for anew";
  announced(state, seconds(60), start + seconds(11));
  EXPECT_EQ(next(state, start + seconds(200)), Action::place);
  placed(state, start + seconds(200));
  proven(state, start + seconds(201));
  EXPECT_EQ(keys_to_withdraw(state), (std::vector{digest(1), digest(2)}));
}

TEST(CertRoll, TheOldKeyAgainEndsARollAndTakesTheAnnouncedRecordBack) {
  auto state = *begin(settled_on(1), digest(2), digest(50), start);
  announced(state, seconds(60), start);
  state = *begin(state, digest(1), digest(51), start + seconds(10));
  EXPECT_EQ(next(state, start + seconds(10)), Action::place);
  placed(state, start + seconds(10));
  proven(state, start + seconds(11));
  EXPECT_EQ(keys_to_withdraw(state), std::vector{digest(2)});
  EXPECT_EQ(keys_to_publish(state), std::vector{digest(1)});
}

TEST(CertRoll, TheSameKeyUnderAnotherCertificateGoesOnWaiting) {
  auto state = *begin(settled_on(1), digest(2), digest(50), start);
  announced(state, seconds(60), start);
  state = *begin(state, digest(2), digest(51), start + seconds(10));
  EXPECT_EQ(state.step, Step::waiting);
  EXPECT_EQ(state.since, start);
  EXPECT_EQ(state.certificate, digest(51));
  EXPECT_TRUE(state.abandoned.empty());
}

TEST(CertRoll, RecordsThatSomebodyRemovedMeanwhileAreAnnouncedAndWaitedForAnew) {
  auto state = *begin(settled_on(1), digest(2), digest(50), start);
  announced(state, seconds(60), start);
  announce_again(state, start + seconds(130));
  EXPECT_EQ(next(state, start + seconds(130)), Action::announce);
  announced(state, seconds(0), start + seconds(131));
  EXPECT_EQ(wait_ends(state), start + seconds(251)) << "the longest TTL of the roll counts";
  EXPECT_EQ(next(state, start + seconds(251)), Action::place);
  announce_again(state, start + seconds(252));
  EXPECT_EQ(state.step, Step::placing) << "too late to go back";
}

TEST(CertRoll, WhatMayBeServedAlreadyIsNotGivenUp) {
  auto state = *begin(settled_on(1), digest(2), digest(50), start);
  announced(state, seconds(1), start);
  ASSERT_EQ(next(state, start + seconds(2)), Action::place);
  for (int i = 0; i < 3; ++i) {
    const auto refused = begin(state, digest(3), digest(51), start);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    if (i == 0) placed(state, start);
    if (i == 1) proven(state, start);
  }
}

TEST(CertRoll, WhereNothingIsKnownOfTheOldKeyTheNewOneIsStillAnnouncedFirst) {
  auto state = *begin(State{}, digest(2), digest(50), start);
  EXPECT_EQ(next(state, start), Action::announce);
  EXPECT_EQ(keys_to_publish(state), std::vector{digest(2)});
}

// A primary, resolvers that hold what they read for a TTL, and a server that takes its key a while after the
// file has changed.
struct World {
  static constexpr seconds ttl{60};
  Time now = start;
  std::vector<std::string> records{digest(1)};
  std::deque<std::pair<Time, std::vector<std::string>>> history{{start - ttl, records}};  // since when
  std::string file = digest(1);
  std::string served = digest(1);

  void publish(const State& state) {
    auto wanted = records;
    for (const auto& key : keys_to_publish(state)) {
      if (std::ranges::find(wanted, key) == wanted.end()) wanted.push_back(key);
    }
    for (const auto& key : keys_to_withdraw(state)) std::erase(wanted, key);
    records = std::move(wanted);
    history.emplace_back(now, records);
  }

  // Every set that was true at any time within the last TTL may be in some resolver's cache.
  bool every_resolver_knows(const std::string& key) const {
    for (std::size_t i = 0; i < history.size(); ++i) {
      const auto until = i + 1 < history.size() ? history.at(i + 1).first : now;
      if (until >= now - ttl && std::ranges::find(history.at(i).second, key) == history.at(i).second.end())
        return false;
    }
    return true;
  }
};

// One action; `saves` false: the process dies after acting, before the state is saved.
State act(World& world, State state, bool saves) {
  auto after = state;
  const auto action = next(after, world.now);
  if (after != state && !saves) return state;
  const auto before_acting = after;
  switch (action) {
    case Action::rest:
    case Action::wait:
      return after;
    case Action::announce:
      world.publish(after);
      announced(after, World::ttl, world.now);
      break;
    case Action::place:
      world.file = after.next;
      placed(after, world.now);
      break;
    case Action::prove:
      if (world.served == after.next) proven(after, world.now);
      break;
    case Action::retire:
      world.publish(after);
      retired(after, world.now);
      break;
  }
  return saves ? after : before_acting;
}

TEST(CertRoll, NoResolverEverHoldsRecordsThatTheServedKeyIsMissingIn) {
  for (unsigned seed = 0; seed < 150; ++seed) {
    std::mt19937 random(seed);
    const auto chance = [&](unsigned of) { return random() % of == 0; };
    World world;
    auto state = settled_on(1);
    int last_key = 1;
    for (int i = 0; i < 600; ++i) {
      world.now += std::chrono::milliseconds(random() % 20'000);
      if (chance(3)) world.served = world.file;  // the daemon looks at its files now and then
      if (chance(20)) {
        const bool same = chance(3);
        if (auto begun = begin(state, digest(same ? last_key : last_key + 1), digest(60), world.now)) {
          if (!same) ++last_key;
          state = *begun;
        }
      }
      // What died in between may have left the file either way; both are covered by acting and not saving.
      state = *parse_state(to_text(act(world, state, !chance(4))));
      ASSERT_TRUE(world.every_resolver_knows(world.served))
          << "seed " << seed << ", step " << name_of(state.step);
    }
  }
}

TEST(CertRoll, AnInterruptedOneEndsOnceItIsLeftAlone) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    World world;
    auto state = *begin(settled_on(1), digest(2), digest(60), world.now);
    for (int i = 0; i < 100 && state.step != Step::settled; ++i) {
      world.now += seconds(30);
      world.served = world.file;
      state = act(world, state, random() % 2 == 0);
    }
    EXPECT_EQ(state.step, Step::settled);
    EXPECT_EQ(world.records, std::vector{digest(2)});
    EXPECT_EQ(world.served, digest(2));
  }
}

}  // namespace
}  // namespace scop::cert_roll
