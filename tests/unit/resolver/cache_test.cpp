#include "resolver/cache.hpp"

#include <gtest/gtest.h>

namespace scop::resolver {
namespace {

using std::chrono::seconds;

const Moment start{std::chrono::hours(1)};
const auto mx = cache_key("mx.test", dns::Type::a);

std::shared_ptr<const Found> answer(std::uint32_t ttl, std::string record = "data") {
  Found found;
  found.answer.rcode = dns::Rcode::no_error;
  found.answer.validation = dns::Validation::secure;
  found.answer.ttl = ttl;
  found.answer.records = {std::move(record)};
  return std::make_shared<const Found>(std::move(found));
}

std::shared_ptr<const Found> failed(dns::Validation validation = dns::Validation::indeterminate) {
  Found found;
  found.answer.validation = validation;
  return std::make_shared<const Found>(std::move(found));
}

std::shared_ptr<const Found> missing(std::uint32_t ttl, const std::string& counts) {
  Found found;
  found.answer.rcode = dns::Rcode::nx_domain;
  found.answer.ttl = ttl;
  found.packet = std::string("\0\0\x81\x83\0\1", 6) + counts + std::string(2, '\0');
  return std::make_shared<const Found>(std::move(found));
}

TEST(Cache, KeyIgnoresCaseAndTheLastDot) {
  EXPECT_EQ(cache_key("MX.Test.", dns::Type::a), mx);
  EXPECT_NE(cache_key("mx.test", dns::Type::aaaa), mx);
}

TEST(Cache, CountsTtlsDown) {
  Cache cache(100'000, seconds(0), true);
  cache.put(mx, answer(60), start);
  const auto hit = cache.find(mx, start + seconds(20));
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->ttl, 40U);
  EXPECT_EQ(hit->age, 20U);
  EXPECT_EQ(hit->found->answer.validation, dns::Validation::secure);
  EXPECT_FALSE(cache.find(mx, start + seconds(60)));
}

TEST(Cache, AsksForARenewalOnceInTheLastTenth) {
  Cache cache(100'000, seconds(0), true);
  cache.put(mx, answer(100), start);
  EXPECT_FALSE(cache.find(mx, start + seconds(89))->renew);
  EXPECT_TRUE(cache.find(mx, start + seconds(91))->renew);
  EXPECT_FALSE(cache.find(mx, start + seconds(95))->renew);
  // It serves while the renewal is under way, and no longer.
  EXPECT_EQ(cache.find(mx, start + seconds(102))->ttl, 1U);
  EXPECT_FALSE(cache.find(mx, start + seconds(104)));
  Cache modest(100'000, seconds(0), false);
  modest.put(mx, answer(100), start);
  EXPECT_FALSE(modest.find(mx, start + seconds(99))->renew);
}

TEST(Cache, KeepsWhatHasExpiredAsStale) {
  Cache cache(100'000, seconds(3600), true);
  cache.put(mx, answer(60), start);
  const auto hit = cache.find(mx, start + seconds(61));
  ASSERT_TRUE(hit);
  EXPECT_TRUE(hit->stale);
  EXPECT_FALSE(hit->is_last_resort);
  EXPECT_EQ(hit->ttl, 30U);
  cache.postpone(mx, start + seconds(61));
  EXPECT_TRUE(cache.find(mx, start + seconds(80))->is_last_resort);
  EXPECT_FALSE(cache.find(mx, start + seconds(92))->is_last_resort);
  EXPECT_FALSE(cache.find(mx, start + seconds(60 + 3601)));
  EXPECT_EQ(cache.entries(), 0U);
}

TEST(Cache, KeepsTheStaleAnswerWhereTheSameComesWithNoTimeLeft) {
  Cache cache(100'000, seconds(3600), true);
  cache.put(mx, answer(60), start);
  cache.put(mx, answer(0), start + seconds(60));
  EXPECT_TRUE(cache.find(mx, start + seconds(61))->stale);
  cache.put(mx, answer(0, "other"), start + seconds(60));
  EXPECT_FALSE(cache.find(mx, start + seconds(61)));
}

TEST(Cache, RemembersFailuresForLongerAndLonger) {
  Cache cache(100'000, seconds(3600), true);
  auto now = start;
  for (const unsigned expected : {2U, 4U, 8U, 16U, 32U, 60U, 60U}) {
    cache.put(mx, failed(), now);
    const auto hit = cache.find(mx, now);
    ASSERT_TRUE(hit);
    EXPECT_EQ(hit->ttl, expected);
    EXPECT_FALSE(hit->stale);
    now += seconds(expected) + seconds(1);
    EXPECT_FALSE(cache.find(mx, now)) << "a failure is never stale";
  }
  cache.put(mx, answer(60), now);
  cache.put(mx, failed(dns::Validation::bogus), now);
  EXPECT_EQ(cache.find(mx, now)->ttl, 2U);
}

TEST(Cache, KeepsNegativeAnswersAsTheirSoaSays) {
  Cache cache(100'000, seconds(0), true);
  const std::string with_soa("\0\0\0\1", 4);
  const std::string without(4, '\0');
  cache.put(mx, missing(100'000, with_soa), start);
  EXPECT_EQ(cache.find(mx, start)->ttl, 3600U);
  cache.put(mx, missing(600, without), start);
  EXPECT_FALSE(cache.find(mx, start));
}

TEST(Cache, DoesNotKeepWhatIsOurOwnFaultOrGoodForNoTime) {
  Cache cache(100'000, seconds(0), true);
  Found busy;
  busy.transient = true;
  cache.put(mx, std::make_shared<const Found>(busy), start);
  EXPECT_FALSE(cache.find(mx, start));
  cache.put(mx, answer(0), start);
  EXPECT_FALSE(cache.find(mx, start));
}

TEST(Cache, IsBoundedAndDropsWhatWasLongestNotAskedFor) {
  Cache cache(20'000, seconds(0), true);
  const auto key = [](int i) { return cache_key("n" + std::to_string(i) + ".test", dns::Type::txt); };
  for (int i = 0; i < 1000; ++i) {
    cache.put(key(i), answer(600, std::string(100, 'x')), start);
    EXPECT_TRUE(cache.find(key(0), start)) << i;
    EXPECT_LE(cache.octets(), 20'000U);
  }
  EXPECT_FALSE(cache.find(key(1), start));
  EXPECT_TRUE(cache.find(key(999), start));
  cache.put(mx, answer(600, std::string(30'000, 'x')), start);
  EXPECT_FALSE(cache.find(mx, start)) << "one answer larger than the cache";
}

TEST(Cache, ForgetsByNameTypeAndTree) {
  Cache cache(100'000, seconds(0), true);
  const auto fill = [&cache] {
    for (const auto* name : {"test", "a.test", "b.a.test", "atest"}) {
      for (const auto type : {dns::Type::a, dns::Type::mx})
        cache.put(cache_key(name, type), answer(60), start);
    }
  };
  fill();
  EXPECT_EQ(cache.flush("A.test.", false, std::nullopt), 2U);
  EXPECT_EQ(cache.flush("test", true, dns::Type::mx), 2U);
  EXPECT_EQ(cache.flush("test", true, std::nullopt), 2U);
  EXPECT_TRUE(cache.find(cache_key("atest", dns::Type::a), start));
  EXPECT_EQ(cache.flush(".", true, std::nullopt), 2U);
  fill();
  EXPECT_EQ(cache.clear(), 8U);
  EXPECT_EQ(cache.octets(), 0U);
}

TEST(Cache, GivesAndTakesWhatIsWorthKeeping) {
  Cache cache(100'000, seconds(600), true);
  cache.put(cache_key("fresh.test", dns::Type::a), answer(600), start);
  cache.put(cache_key("stale.test", dns::Type::a), answer(10), start);
  cache.put(cache_key("gone.test", dns::Type::a), answer(1), start - seconds(700));
  cache.put(cache_key("bad.test", dns::Type::a), failed(), start + seconds(99));
  const auto later = start + seconds(100);
  auto kept = cache.kept(later);
  ASSERT_EQ(kept.size(), 2U);
  Cache other(100'000, seconds(600), true);
  for (auto& one : kept) other.restore(std::move(one), later);
  EXPECT_EQ(other.find(cache_key("fresh.test", dns::Type::a), later)->ttl, 500U);
  EXPECT_TRUE(other.find(cache_key("stale.test", dns::Type::a), later)->stale);
}

}  // namespace
}  // namespace scop::resolver
