#include "spamfilter/models.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "spamfilter/examination.hpp"

namespace scop::spamfilter {
namespace {

namespace fs = std::filesystem;

std::string message(bool spam, int number) {
  return fmt::format(
      "From: {}@example.org\r\nSubject: {} {}\r\nMessage-ID: <{}.{}@example.org>\r\n\r\n{}\r\n",
      spam ? "win" : "ann", spam ? "cheap pills offer" : "meeting notes tuesday", number, number, spam,
      spam ? "Buy cheap pills now, limited offer, click here to claim your prize"
           : "Here are the notes of the meeting, see you on Tuesday at the library");
}

class ModelsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / fmt::format("scop-models-{}", ::getpid());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    open();
  }
  void TearDown() override { fs::remove_all(folder_); }

  void open() {
    models_.reset();
    auto store = token_store::TokenStore::open(folder_ / "tokens.db");
    ASSERT_TRUE(store) << store.error().what;
    models_ = std::make_unique<Models>(io_, log_, settings_, std::move(*store));
  }

  bayes::Tokens tokens(bool spam, int number) { return examine(message(spam, number), charsets_).tokens; }

  Taught teach(const bayes::Tokens& tokens, const Lesson& lesson) {
    Outcome<Taught> out = failure(ErrorKind::cancelled, "");
    asio::co_spawn(io_, [&]() -> Task<> { out = co_await models_->teach(tokens, lesson); }, asio::detached);
    io_.restart();
    io_.run();
    EXPECT_TRUE(out) << out.error().what;
    return out.value_or(Taught{});
  }

  // All at a time: they share commits.
  void school(const std::string& user, int from = 0, int count = 12) {
    const auto teach_one = [&](bool spam, int i) -> Task<> {
      const auto lesson = tokens(spam, i);
      co_await models_->teach(lesson, {spam ? LessonKind::spam : LessonKind::ham, user, true});
    };
    for (int i = from; i < from + count; ++i) {
      asio::co_spawn(io_, teach_one(true, i), asio::detached);
      asio::co_spawn(io_, teach_one(false, i), asio::detached);
    }
    io_.restart();
    io_.run();
  }

  bayes::Verdict verdict(const bayes::Tokens& tokens, std::string_view address = "") {
    return models_->classify(tokens, models_->expand(tokens), models_->models_for(address), {});
  }

  fs::path folder_;
  asio::io_context io_;
  Log log_{"test", LogForm::text, LogLevel::error, 2};
  settings::Spamfilter settings_;
  mime_text::Charsets charsets_;
  std::unique_ptr<Models> models_;
};

TEST_F(ModelsTest, AreUnsureBeforeTheyWereTaughtEnough) {
  school("", 0, 9);
  EXPECT_EQ(verdict(tokens(true, 100)).label, bayes::Label::unsure);
  school("", 9, 3);
  EXPECT_EQ(verdict(tokens(true, 100)).label, bayes::Label::spam);
  EXPECT_EQ(verdict(tokens(false, 100)).label, bayes::Label::ham);
}

TEST_F(ModelsTest, KeepWhatTheyWereTaught) {
  school("");
  const auto before = verdict(tokens(true, 100)).score;
  open();
  EXPECT_EQ(verdict(tokens(true, 100)).score, before);
}

TEST_F(ModelsTest, LearnAMessageOnceAndForgetIt) {
  school("");
  const auto spam = tokens(true, 200);
  EXPECT_TRUE(teach(spam, {LessonKind::spam, "", true}).changed);
  const auto again = teach(spam, {LessonKind::spam, "", true});
  EXPECT_FALSE(again.changed);
  EXPECT_EQ(again.reason, "it has been learnt as spam before");
  const auto with = models_->figures().shared;
  EXPECT_TRUE(teach(spam, {LessonKind::forget, "", true}).changed);
  EXPECT_EQ(models_->figures().shared.spam + 1, with.spam);
  EXPECT_FALSE(teach(spam, {LessonKind::forget, "", true}).changed);
}

TEST_F(ModelsTest, AUsersTeachingIsTheUsersOwn) {
  school("");
  const auto shared = models_->figures().shared;
  const auto newsletter = [&](int i) {
    return examine(fmt::format("From: news@shop.example\r\nSubject: weekly gardening letter "
                               "{}\r\nMessage-ID: <n{}@x>\r\n\r\n"
                               "Roses and tulips and the garden in spring, buy seeds\r\n",
                               i, i),
                   charsets_)
        .tokens;
  };
  for (int i = 0; i < 12; ++i) teach(newsletter(i), {LessonKind::spam, "ann@example.org", false});
  EXPECT_EQ(models_->figures().shared, shared);
  EXPECT_GT(verdict(newsletter(100), "ann@example.org").score, 0.8);
  EXPECT_LT(verdict(newsletter(100), "bob@example.org").score, 0.8);
}

TEST_F(ModelsTest, AUsersTeachingIsSharedWhereTheSettingsSaySo) {
  settings_.users_teach = settings::Teaches::shared;
  EXPECT_TRUE(teach(tokens(true, 1), {LessonKind::spam, "ann@example.org", false}).changed);
  EXPECT_EQ(models_->figures().shared.spam, 1U);
  EXPECT_EQ(models_->figures().tables, 2U);
}

TEST_F(ModelsTest, TeachThemselvesOnlyWithinTheRules) {
  school("");
  settings_.autolearn_per_day = 2;
  const bayes::Verdict certain{.label = bayes::Label::spam, .score = 0.9999};
  EXPECT_FALSE(models_->learn_by_itself(tokens(true, 300), certain, now()));
  settings_.autolearn = true;
  EXPECT_FALSE(
      models_->learn_by_itself(tokens(true, 300), {.label = bayes::Label::spam, .score = 0.99}, now()));
  EXPECT_TRUE(models_->learn_by_itself(tokens(true, 300), certain, now()));
  EXPECT_FALSE(models_->learn_by_itself(tokens(true, 300), certain, now()));
  EXPECT_TRUE(models_->learn_by_itself(tokens(true, 301), certain, now()));
  EXPECT_FALSE(models_->learn_by_itself(tokens(true, 302), certain, now()));
  EXPECT_TRUE(models_->learn_by_itself(tokens(true, 302), certain, now() + std::chrono::days(1)));
}

TEST_F(ModelsTest, AUserTakesBackWhatTheyTaughtThemselves) {
  school("");
  settings_.autolearn = true;
  const auto mistaken = tokens(false, 400);
  ASSERT_TRUE(models_->learn_by_itself(mistaken, {.label = bayes::Label::spam, .score = 0.9999}, now()));
  const auto with = models_->figures().shared;
  teach(mistaken, {LessonKind::ham, "ann@example.org", false});
  EXPECT_EQ(models_->figures().shared.spam + 1, with.spam);
  EXPECT_EQ(models_->figures().shared.ham, with.ham);
}

}  // namespace
}  // namespace scop::spamfilter
