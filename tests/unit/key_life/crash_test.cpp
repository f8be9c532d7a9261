// The whole machine against a small world of disk and zone, which it is torn from at every point: whatever
// was lost, no signature ever lacks its record.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>
#include <set>

#include "key_life/life.hpp"

namespace scop::key_life {
namespace {

using dkim::KeyType;
using namespace std::chrono_literals;
using std::chrono::days;

constexpr Schedule schedule{.rotate_every = days{30}, .keep = days{7}, .retire_for = days{3}};
constexpr Span negative_ttl = 5h;
constexpr Span tick = 1h;

struct Crash {};

// What survives a crash, and what the outside has seen.
struct World {
  std::string ledger;
  std::map<std::string, KeyType> files;
  std::map<std::string, std::string> zone;
  std::map<std::string, Time> first_answered;
  std::map<std::string, Time> last_signed;
  std::set<std::string> revoked;  // by a compromise: nobody waits for these
  Time now = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
  bool is_primary_away = false;
  int steps = 0;
  int crash_at = -1;

  // A point where the power may fail.
  void step() {
    if (steps++ == crash_at) throw Crash{};
  }
};

std::string record_of(const std::string& selector) { return "p=" + selector; }

void sign(World& world, const Life& life) {
  std::set<KeyType> signed_by;
  for (const auto& key : life.ledger().keys) {
    if (key.stage != Stage::signing) continue;
    signed_by.insert(key.type);
    world.last_signed[key.selector] = world.now;
    ASSERT_TRUE(world.files.contains(key.selector)) << key.selector;
    ASSERT_EQ(world.zone[key.selector], record_of(key.selector))
        << key.selector << " signs without its record";
    if (key.selector.starts_with("old")) continue;
    ASSERT_TRUE(!world.revoked.empty() || world.now - world.first_answered[key.selector] >= negative_ttl)
        << key.selector << " signs while others may still know that there was nothing";
  }
  ASSERT_GE(signed_by.size(), world.revoked.empty() ? 2U : 1U);
}

void put(World& world, const std::string& selector, const std::string& record) {
  auto& there = world.zone[selector];
  if (there == record) return;
  world.step();
  if (there == record_of(selector) && !world.revoked.contains(selector) &&
      world.last_signed.contains(selector)) {
    ASSERT_GE(world.now - world.last_signed[selector], schedule.keep)
        << selector << " was withdrawn with signatures of it under way";
  }
  if (record == record_of(selector)) {
    ASSERT_TRUE(there.empty()) << selector << " came back";
    ASSERT_FALSE(world.first_answered.contains(selector) && !selector.starts_with("old")) << selector;
    world.first_answered[selector] = world.now;
  }
  there = record;
  world.step();
}

// One process, until it crashes or `until`.
void run(World& world, Time until, const std::function<void(Life&)>& meddle) {
  auto ledger = world.ledger.empty() ? Outcome<Ledger>(Ledger{}) : parse_ledger(world.ledger);
  ASSERT_TRUE(ledger) << ledger.error().what;
  Life life(schedule, *ledger);
  std::vector<Found> found;
  for (const auto& [selector, type] : world.files) found.push_back({selector, type, record_of(selector)});
  life.take_stock(found, world.now);
  unsigned saved = 0;
  const auto save = [&] {
    if (life.revision() == saved) return;
    world.step();
    world.ledger = to_text(life.ledger());
    saved = life.revision();
    world.step();
  };
  life.pass(world.now, std::nullopt);
  while (world.now < until) {
    meddle(life);
    save();
    sign(world, life);
    const auto keys = life.ledger().keys;
    for (const auto& key : keys) {
      if (key.stage == Stage::making) {
        world.step();
        world.files[key.selector] = key.type;
        world.step();
        life.made(key.selector, record_of(key.selector), world.now);
        save();
      }
    }
    for (const auto& selector : life.to_erase()) {
      world.step();
      world.files.erase(selector);
      life.erased(selector);
    }
    const auto published = life.ledger().keys;
    for (const auto& key : published) {
      if (key.stage == Stage::making || world.is_primary_away) continue;
      put(world, key.selector, wanted_record(key));
      life.seen(key.selector, wanted_record(key), negative_ttl, world.now);
      save();
    }
    world.now += tick;
    life.pass(world.now, tick);
  }
  save();
}

World with_old_keys() {
  World world;
  for (const auto& [selector, type] : {std::pair{"old-rsa", KeyType::rsa}, {"old-ed", KeyType::ed25519}}) {
    world.files[selector] = type;
    world.zone[selector] = record_of(selector);
  }
  return world;
}

void live(World& world, Span span, const std::function<void(Life&)>& meddle = [](Life&) {}) {
  const auto until = world.now + span;
  while (world.now < until && !::testing::Test::HasFatalFailure()) {
    try {
      run(world, until, meddle);
    } catch (const Crash&) {
      world.crash_at = -1;
    }
  }
}

std::set<std::string> selectors(const World& world) {
  std::set<std::string> names;
  for (const auto& [name, _] : world.files) names.insert(name);
  return names;
}

TEST(Crash, at_any_step_of_two_rotations_costs_no_signature_its_record) {
  auto whole = with_old_keys();
  live(whole, days{60});
  ASSERT_GT(whole.steps, 40);
  ASSERT_EQ(whole.files.size(), 2U);
  for (int step = 0; step < whole.steps; ++step) {
    auto world = with_old_keys();
    world.crash_at = step;
    live(world, days{60});
    ASSERT_FALSE(HasFatalFailure()) << "crash at step " << step;
    ASSERT_EQ(world.files.size(), 2U) << "crash at step " << step;
    ASSERT_FALSE(world.files.contains("old-rsa") || world.files.contains("old-ed"));
  }
}

TEST(Crash, again_and_again_in_two_years_still_leaves_one_key_of_each_algorithm) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    auto world = with_old_keys();
    const auto until = world.now + days{730};
    while (world.now < until && !HasFatalFailure()) {
      world.crash_at = world.steps + static_cast<int>(random() % 60);
      world.is_primary_away = random() % 8 == 0;
      try {
        run(world, until, [](Life&) {});
      } catch (const Crash&) {
        world.now += std::chrono::hours(random() % 50);  // down for a while
      }
    }
    ASSERT_FALSE(HasFatalFailure()) << "seed " << seed;
    for (const auto& [name, record] : world.zone) {
      ASSERT_TRUE(world.files.contains(name) || record != record_of(name) || world.is_primary_away) << name;
    }
  }
}

TEST(Crash, in_the_middle_of_a_compromise_never_signs_with_the_old_key_again) {
  for (int offset = 0; offset < 60; ++offset) {
    auto world = with_old_keys();
    live(world, days{1});
    bool told = false;
    world.revoked = {"old-rsa"};
    world.crash_at = world.steps + offset;
    live(world, days{20}, [&](Life& life) {
      // The operator says it until it is written down.
      if (told || world.ledger.find("old-rsa rsa signing") == std::string::npos) {
        told = true;
        return;
      }
      static_cast<void>(life.rotate(KeyType::rsa, true, world.now));
    });
    ASSERT_FALSE(HasFatalFailure()) << offset;
    ASSERT_FALSE(world.files.contains("old-rsa")) << offset;
    ASSERT_NE(world.zone["old-rsa"], record_of("old-rsa"));
    ASSERT_EQ(selectors(world).size(), 2U);
  }
}

}  // namespace
}  // namespace scop::key_life
