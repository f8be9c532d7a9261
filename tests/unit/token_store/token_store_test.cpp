#include "token_store/token_store.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "bayes/tokenize.hpp"

using namespace scop;
using token_store::Learned;
using token_store::TokenStore;

namespace {

class TokenStoreTest : public testing::Test {
 protected:
  TokenStoreTest() { std::filesystem::create_directories(folder_); }
  ~TokenStoreTest() override { std::filesystem::remove_all(folder_); }
  TokenStore open(const token_store::Bounds& bounds = {}) {
    return std::move(*TokenStore::open(folder_ / "db", bounds));
  }
  bayes::Tokens tokens(const std::string& text) {
    return bayes::tokenize("From: a@example.org\n\n" + text, charsets_);
  }
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() /
                                  ("scop-tokens-" + std::to_string(::getpid()) +
                                   testing::UnitTest::GetInstance()->current_test_info()->name());
  mime_text::Charsets charsets_;
};

}  // namespace

TEST_F(TokenStoreTest, remembers_after_it_was_closed) {
  double score = 0;
  {
    auto store = open();
    EXPECT_EQ(store.learn(tokens("cheap pills"), "", true, 10), Learned::learned);
    EXPECT_EQ(store.learn(tokens("meeting agenda"), "", false, 10), Learned::learned);
    ASSERT_TRUE(store.commit());
    score = store.classify(tokens("cheap pills"), "").score;
    EXPECT_GT(score, store.classify(tokens("meeting agenda"), "").score);
  }
  auto store = open();
  EXPECT_EQ(store.classify(tokens("cheap pills"), "").score, score);
  EXPECT_EQ(store.figures().seen, 2U);
}

TEST_F(TokenStoreTest, learns_a_message_once_and_changes_its_mind) {
  auto store = open();
  EXPECT_EQ(store.learn(tokens("words"), "", true, 10), Learned::learned);
  EXPECT_EQ(store.learn(tokens("words"), "", true, 10), Learned::already);
  EXPECT_EQ(store.learn(tokens("words"), "", false, 10), Learned::relearned);
  EXPECT_EQ(store.figures().shared, (bayes::Totals{.ham = 1, .spam = 0}));
  EXPECT_EQ(store.unlearn(tokens("words"), ""), Learned::unlearned);
  EXPECT_EQ(store.unlearn(tokens("words"), ""), Learned::unknown);
  EXPECT_EQ(store.figures().features, 0U);
}

TEST_F(TokenStoreTest, takes_back_what_further_passes_taught) {
  auto store = open();
  ASSERT_TRUE(store.learn(tokens("cheap words"), "", true, 10));
  ASSERT_TRUE(store.learn(tokens("other words"), "", false, 10));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store.refine(tokens("cheap words"), ""));
  ASSERT_TRUE(store.unlearn(tokens("cheap words"), ""));
  ASSERT_TRUE(store.unlearn(tokens("other words"), ""));
  EXPECT_EQ(store.figures().features, 0U);
}

TEST_F(TokenStoreTest, takes_back_exactly_what_it_taught_before_it_was_closed) {
  double score = 0;
  {
    auto store = open();
    ASSERT_TRUE(store.learn(tokens("the agenda of the meeting"), "", false, 10));
    score = store.classify(tokens("the agenda"), "").score;
    ASSERT_TRUE(store.learn(tokens("cheap pills of the season"), "", true, 10));
    EXPECT_NE(store.classify(tokens("the agenda"), "").score, score);
    ASSERT_TRUE(store.commit());
  }
  auto store = open();
  EXPECT_EQ(store.unlearn(tokens("cheap pills of the season"), ""), Learned::unlearned);
  EXPECT_EQ(store.classify(tokens("the agenda"), "").score, score);
}

TEST_F(TokenStoreTest, keeps_a_users_opinion_to_the_user) {
  auto store = open();
  ASSERT_TRUE(store.learn(tokens("newsletter offer"), "", true, 10));
  ASSERT_TRUE(store.learn(tokens("newsletter offer"), "a@example.org", false, 10));
  EXPECT_GT(store.classify(tokens("newsletter offer"), "b@example.org").score, 0.5);
  EXPECT_LT(store.classify(tokens("newsletter offer"), "a@example.org").score, 0.5);
}

TEST_F(TokenStoreTest, forgets_by_age_and_bounds_what_it_keeps) {
  auto store = open({.most_features = 50, .most_seen = 3, .keep_days = 100});
  ASSERT_TRUE(store.learn(tokens("old things"), "", true, 10));
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(store.learn(tokens("new " + std::to_string(i * 1000)), "", true, 200));
  ASSERT_TRUE(store.expire(200));
  EXPECT_LE(store.figures().features, 50U);
  EXPECT_EQ(store.figures().seen, 3U);
  EXPECT_EQ(store.unlearn(tokens("old things"), ""), Learned::unknown);
}
