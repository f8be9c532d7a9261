#include "mta_sts/cache.hpp"

#include <gtest/gtest.h>

namespace scop::mta_sts {
namespace {

using namespace std::chrono_literals;

constexpr Time start{1'800'000'000'000ms};

Known known(std::string id, std::uint32_t max_age, Time fetched = start) {
  return {std::move(id), fetched, {Mode::enforce, {"mx.example", "*.example"}, max_age}};
}

TEST(StsCache, KeepsAPolicyForItsMaxAge) {
  Cache cache;
  cache.keep("a.example", known("1", 100), start);
  EXPECT_EQ(*cache.find("a.example", start), known("1", 100));
  EXPECT_NE(cache.find("a.example", start + 99s), nullptr);
  EXPECT_EQ(cache.find("a.example", start + 100s), nullptr);
  EXPECT_EQ(cache.find("b.example", start), nullptr);
  cache.keep("a.example", known("2", 100, start + 50s), start + 50s);
  EXPECT_EQ(cache.find("a.example", start + 120s)->id, "2");
  EXPECT_EQ(cache.size(), 1U);
}

TEST(StsCache, ForgetsWhatHasExpired) {
  Cache cache;
  cache.keep("a.example", known("1", 100), start);
  cache.keep("b.example", known("1", 1000), start + 200s);
  EXPECT_EQ(cache.size(), 1U);
  cache.keep("c.example", known("1", 0), start);
  EXPECT_EQ(cache.size(), 1U);
}

TEST(StsCache, IsBoundedInCountAndOctets) {
  Cache few({.domains = 2});
  few.keep("long.example", known("1", 300), start);
  few.keep("short.example", known("1", 100), start);
  few.keep("middle.example", known("1", 200), start);
  EXPECT_EQ(few.find("short.example", start), nullptr);
  EXPECT_NE(few.find("long.example", start), nullptr);
  Cache small({.octets = 500});
  for (int i = 0; i < 100; ++i) small.keep("d" + std::to_string(i) + ".example", known("1", 300), start);
  EXPECT_LT(small.size(), 6U);
  EXPECT_GT(small.size(), 1U);
}

TEST(StsCache, SaysWhatIsToBeRenewed) {
  Cache cache;
  cache.keep("a.example", known("1", 100), start);
  cache.keep("b.example", known("1", 60), start);
  cache.keep("c.example", known("1", 1000), start);
  using Names = std::vector<std::string>;
  EXPECT_EQ(cache.ageing(start + 29s, 9), Names{});
  EXPECT_EQ(cache.ageing(start + 50s, 9), (Names{"b.example", "a.example"}));
  EXPECT_EQ(cache.ageing(start + 50s, 1), Names{"b.example"});
}

TEST(StsCache, IsWrittenAndReadAgain) {
  Cache cache;
  cache.keep("a.example", known("1", 100), start);
  cache.keep("b.example", {"abc9", start, {Mode::none, {}, 60}}, start);
  const auto text = cache.to_text();
  const auto again = Cache::from_text(text, start + 1s);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(again->to_text(), text);
  EXPECT_EQ(*again->find("a.example", start), known("1", 100));
  EXPECT_EQ(Cache::from_text(text, start + 70s)->size(), 1U);
  EXPECT_EQ(Cache::from_text(Cache().to_text(), start)->size(), 0U);
}

TEST(StsCache, OfAFutureClockIsOfNow) {
  Cache cache;
  cache.keep("a.example", known("1", 100, start + 1000h), start);
  EXPECT_EQ(Cache::from_text(cache.to_text(), start)->find("a.example", start)->fetched, start);
}

TEST(StsCache, ThatIsDamagedIsRefusedAtEveryCutAndFlip) {
  Cache cache;
  cache.keep("a.example", known("1", 100), start);
  cache.keep("b.example", {"abc9", start, {Mode::none, {}, 60}}, start);
  const auto text = cache.to_text();
  for (std::size_t i = 0; i < text.size(); ++i) EXPECT_FALSE(Cache::from_text(text.substr(0, i), start)) << i;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto flipped = text;
    flipped[i] = '\0';
    EXPECT_FALSE(Cache::from_text(flipped, start)) << i;
  }
  EXPECT_FALSE(Cache::from_text(text + "x", start));
}

}  // namespace
}  // namespace scop::mta_sts
