#include <gtest/gtest.h>

#include "spamfilter/training.hpp"

namespace scop::spamfilter {
namespace {

v1::TrainHead head(v1::TrainHead::Kind kind, std::string user) {
  v1::TrainHead made;
  made.set_kind(kind);
  made.set_user(std::move(user));
  return made;
}

TEST(Lessons, OfTheOperatorGoWhereItSays) {
  const auto shared = *lesson_of(head(v1::TrainHead::SPAM, ""), "operator", "+");
  EXPECT_TRUE(shared.may_share && shared.user.empty() && shared.kind == LessonKind::spam);
  EXPECT_EQ(lesson_of(head(v1::TrainHead::HAM, "Example.org"), "operator", "+")->user, "example.org");
}

TEST(Lessons, OfOthersNeedAUser) {
  EXPECT_EQ(lesson_of(head(v1::TrainHead::HAM, ""), "mailbox", "+").error().code,
            pipe::Code::permission_denied);
  EXPECT_EQ(lesson_of(head(v1::TrainHead::HAM, "example.org"), "mailbox", "+").error().code,
            pipe::Code::permission_denied);
  const auto own = *lesson_of(head(v1::TrainHead::FORGET, "Ann+lists@Example.org"), "mailbox", "+");
  EXPECT_EQ(own.user, "ann@example.org");
  EXPECT_FALSE(own.may_share);
}

TEST(Lessons, NeedAKindAndAName) {
  EXPECT_EQ(lesson_of(head(v1::TrainHead::UNKNOWN, ""), "operator", "+").error().code,
            pipe::Code::invalid_argument);
  for (const auto& user : {std::string("a b@example.org"), std::string("a\n@example.org"),
                           std::string(400, 'a') + "@example.org", std::string("\xff@example.org")}) {
    EXPECT_FALSE(lesson_of(head(v1::TrainHead::HAM, user), "operator", "+")) << user;
  }
}

TEST(ModelNames, AreWithoutSubaddressAndInLowerCase) {
  EXPECT_EQ(model_name("Ann+X+Y@Example.org", "+"), "ann@example.org");
  EXPECT_EQ(model_name("ann-x@example.org", "-"), "ann@example.org");
  EXPECT_EQ(model_name("+x@example.org", "+"), "+x@example.org");
  EXPECT_EQ(model_name("ann+x@example.org", ""), "ann+x@example.org");
  EXPECT_EQ(model_name("ann@a+b.example", "+"), "ann@a+b.example");
}

}  // namespace
}  // namespace scop::spamfilter
