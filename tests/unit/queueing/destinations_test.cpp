#include "queueing/destinations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace scop::queueing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Deadline start{std::chrono::hours{1}};

std::vector<Destinations::Started> start_all(Destinations& destinations, Deadline now) {
  std::vector<Destinations::Started> started;
  while (auto one = destinations.next(now)) started.push_back(*one);
  return started;
}

void add_many(Destinations& destinations, const std::string& domain, int count, Destinations::Work from = 0) {
  for (int i = 0; i < count; ++i) destinations.add(domain, from + static_cast<Destinations::Work>(i));
}

TEST(Destinations, ADomainGetsItsShareAndNoMore) {
  Destinations destinations({});
  add_many(destinations, "big.example", 1000);
  add_many(destinations, "small.example", 2, 5000);
  const auto started = start_all(destinations, start);
  EXPECT_EQ(std::ranges::count(started, "big.example", &Destinations::Started::domain), 5);
  EXPECT_EQ(std::ranges::count(started, "small.example", &Destinations::Started::domain), 2);
}

TEST(Destinations, TurnsAreFair) {
  Destinations destinations({.total = 4});
  add_many(destinations, "a", 10);
  add_many(destinations, "b", 10, 100);
  const auto started = start_all(destinations, start);
  ASSERT_EQ(started.size(), 4U);
  EXPECT_EQ(started[0].domain, "a");
  EXPECT_EQ(started[1].domain, "b");
  EXPECT_EQ(started[2].domain, "a");
}

TEST(Destinations, SuccessWidensTheLimitUpToTheMost) {
  Destinations destinations({.most = 8});
  add_many(destinations, "a", 2000);
  std::deque<Destinations::Started> under_way;
  std::size_t widest = 0;
  for (int i = 0; i < 500; ++i) {
    for (auto& one : start_all(destinations, start)) under_way.push_back(one);
    widest = std::max(widest, under_way.size());
    destinations.finished(under_way.front(), Ending::reached, "", start);
    under_way.pop_front();
  }
  EXPECT_EQ(widest, 8U);
}

TEST(Destinations, ADeadNextHopRestsAndIsProbedOnceAfterwards) {
  Destinations destinations({});
  add_many(destinations, "dead", 1000);
  auto started = start_all(destinations, start);
  ASSERT_EQ(started.size(), 5U);
  for (const auto& one : started) destinations.finished(one, Ending::unreachable, "", start);
  EXPECT_TRUE(start_all(destinations, start).empty());
  EXPECT_EQ(destinations.resting_until("dead", start), start + minutes{1});
  EXPECT_EQ(destinations.resting_domains(start), std::vector<std::string>{"dead"});
  EXPECT_EQ(destinations.take_waiting("dead").size(), 995U);
  EXPECT_EQ(destinations.waiting(), 0U);

  const auto later = start + minutes{1};
  EXPECT_FALSE(destinations.resting_until("dead", later));
  add_many(destinations, "dead", 995);
  started = start_all(destinations, later);
  ASSERT_EQ(started.size(), 1U);
  destinations.finished(started[0], Ending::unreachable, "", later);
  EXPECT_EQ(destinations.resting_until("dead", later), later + minutes{2});
  EXPECT_EQ(destinations.take_waiting("dead").size(), 994U);

  const auto much_later = later + minutes{2};
  add_many(destinations, "dead", 100);
  started = start_all(destinations, much_later);
  ASSERT_EQ(started.size(), 1U);
  destinations.finished(started[0], Ending::reached, "", much_later);
  EXPECT_FALSE(start_all(destinations, much_later).empty());
}

TEST(Destinations, DomainsOfOneNextHopShareItsLimit) {
  Destinations destinations({});
  for (const auto* domain : {"a", "b", "c"}) {
    destinations.add(domain, 1);
    const auto started = destinations.next(start).value();
    destinations.finished(started, Ending::reached, "mx.shared", start);
  }
  for (const auto* domain : {"a", "b", "c"}) add_many(destinations, domain, 50);
  const auto started = start_all(destinations, start);
  EXPECT_LE(started.size(), 6U);
  std::set<std::string> domains;
  for (const auto& one : started) domains.insert(one.domain);
  EXPECT_EQ(domains.size(), 3U);
}

TEST(Destinations, BusyHalvesTheLimitWithoutARest) {
  Destinations destinations({});
  add_many(destinations, "a", 100);
  auto started = start_all(destinations, start);
  for (const auto& one : started) destinations.finished(one, Ending::busy, "", start);
  EXPECT_FALSE(destinations.resting_until("a", start));
  EXPECT_EQ(start_all(destinations, start).size(), 1U);
}

TEST(Destinations, AnAttemptThatDidNotHappenTeachesNothing) {
  Destinations destinations({});
  add_many(destinations, "a", 100);
  for (const auto& one : start_all(destinations, start))
    destinations.finished(one, Ending::unknown, "", start);
  EXPECT_EQ(start_all(destinations, start).size(), 5U);
}

TEST(Destinations, WakingForgetsRests) {
  Destinations destinations({});
  add_many(destinations, "dead", 10);
  for (const auto& one : start_all(destinations, start)) {
    destinations.finished(one, Ending::unreachable, "", start);
  }
  destinations.wake_all();
  EXPECT_FALSE(start_all(destinations, start).empty());
}

TEST(Destinations, EveryWorkIsStartedExactlyOnceWhateverHappens) {
  Destinations destinations({.total = 20});
  std::multiset<Destinations::Work> seen;
  std::deque<Destinations::Started> under_way;
  Deadline now = start;
  std::uint64_t dice = 42;
  const auto roll = [&](std::uint64_t sides) {
    dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
    return (dice >> 33U) % sides;
  };
  Destinations::Work next_work = 0;
  const auto finish_one = [&] {
    const auto one = under_way.front();
    under_way.pop_front();
    const auto ending =
        std::array{Ending::reached, Ending::busy, Ending::unreachable, Ending::unknown}[roll(4)];
    destinations.finished(one, ending, roll(2) == 0 ? "" : "mx" + std::to_string(roll(3)), now);
  };
  const auto put_resting_back = [&] {
    for (const auto& domain : destinations.resting_domains(now)) {
      const auto works = destinations.take_waiting(domain);
      now += minutes{40};
      for (const auto work : works) destinations.add(domain, work);
    }
  };
  for (int i = 0; i < 5000; ++i) {
    if (roll(2) == 0) destinations.add("d" + std::to_string(roll(12)), next_work++);
    if (auto one = destinations.next(now)) {
      seen.insert(one->work);
      under_way.push_back(*one);
    }
    if (!under_way.empty() && roll(2) == 0) finish_one();
    put_resting_back();
    now += seconds{roll(5)};
  }
  for (int i = 0; i < 100'000 && destinations.waiting() + under_way.size() > 0; ++i) {
    for (const auto& one : start_all(destinations, now)) {
      seen.insert(one.work);
      under_way.push_back(one);
    }
    if (!under_way.empty()) finish_one();
    put_resting_back();
    now += seconds{1};
  }
  EXPECT_EQ(destinations.waiting(), 0U);
  EXPECT_EQ(destinations.under_way(), 0U);
  EXPECT_EQ(seen.size(), next_work);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), next_work);
}

}  // namespace
}  // namespace scop::queueing
