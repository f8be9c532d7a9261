#include "world.hpp"

namespace scop::relay {
namespace {

using Action = v1::QueueActRequest;

class AdministrationTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    neighbours_.courier = [](const v1::AttemptEnvelope& envelope, const std::string&) {
      return report_for(envelope, v1::RecipientReport::DEFERRED, 451, "4.7.1");
    };
    const auto envelope = envelope_for({"b@else.example"}, "u@our.example");
    id_ = pass_message(envelope)->accepted().queue_id();
    ASSERT_TRUE(run_until([&] { return state() == "queued" && attempts() == 1; }));
  }
  std::string state() { return list().messages(0).recipients(0).state(); }
  unsigned attempts() { return list().messages(0).recipients(0).attempts(); }
  std::string id_;
};

TEST_F(AdministrationTest, RetryTriesAtOnce) {
  EXPECT_EQ(act(Action::RETRY, id_).messages(), 1U);
  EXPECT_TRUE(run_until([&] { return attempts() == 2; }));
}

TEST_F(AdministrationTest, HeldMailStaysUntilReleased) {
  EXPECT_EQ(act(Action::HOLD, id_).messages(), 1U);
  EXPECT_EQ(state(), "held");
  EXPECT_EQ(act(Action::RETRY, id_).messages(), 1U);
  neighbours_.courier = nullptr;
  close();
  open();
  EXPECT_EQ(state(), "held");
  EXPECT_EQ(act(Action::RELEASE, id_).messages(), 1U);
  EXPECT_TRUE(run_until([&] { return queued() == 0; }));
}

TEST_F(AdministrationTest, DroppedMailIsGoneWithoutANotification) {
  EXPECT_EQ(act(Action::DROP, "all").messages(), 1U);
  EXPECT_EQ(queued(), 0U);
  EXPECT_TRUE(mail("u").empty());
}

TEST_F(AdministrationTest, BouncedMailComesBackToItsSender) {
  ASSERT_TRUE(run_until([&] { return act(Action::BOUNCE, id_).messages() == 1; }));
  ASSERT_TRUE(run_until([&] { return mail("u").size() == 1 && queued() == 0; }));
  EXPECT_NE(mail("u")[0].find("Returned by the administrator"), std::string::npos);
}

TEST_F(AdministrationTest, ShowGivesTheHeader) {
  v1::QueueItemRequest request;
  request.set_id(id_);
  const auto shown = wait_for(world_->administration().show({}, request)).value();
  ASSERT_TRUE(shown.found());
  EXPECT_TRUE(shown.header().starts_with("Received: "));
  EXPECT_EQ(shown.header().find("body"), std::string::npos);
  request.set_id("nothing of the kind");
  EXPECT_FALSE(wait_for(world_->administration().show({}, request)).value().found());
}

TEST_F(AdministrationTest, NamingNothingTouchesNothing) {
  const auto reply = act(Action::DROP, "");
  EXPECT_EQ(reply.messages(), 0U);
  EXPECT_FALSE(reply.reason().empty());
  EXPECT_EQ(queued(), 1U);
}

}  // namespace
}  // namespace scop::relay
