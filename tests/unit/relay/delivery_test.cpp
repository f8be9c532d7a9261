#include "world.hpp"

#include <algorithm>

namespace scop::relay {
namespace {

using DeliveryTest = WorldTest;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_F(DeliveryTest, AMailboxGetsTheMessageWithReturnPathAndDeliveredTo) {
  ASSERT_TRUE(pass_message(envelope_for({"u@our.example"}))->has_accepted());
  ASSERT_TRUE(run_until([&] { return mail("u").size() == 1; }));
  EXPECT_TRUE(mail("u")[0].starts_with(
      "Return-Path: <a@our.example>\r\nDelivered-To: u@our.example\r\nReceived: from "));
  EXPECT_TRUE(mail("u")[0].ends_with(message));
  EXPECT_TRUE(run_until([&] { return queued() == 0; }));
}

TEST_F(DeliveryTest, RecipientsOfOneDomainTravelInOneAttempt) {
  ASSERT_TRUE(
      pass_message(envelope_for({"b@else.example", "c@ELSE.example", "d@third.example", "u@our.example"})));
  ASSERT_TRUE(
      run_until([&] { return neighbours_.attempts.size() == 2 && mail("u").size() == 1 && queued() == 0; }));
  const auto& first = neighbours_.attempts[0].envelope;
  EXPECT_EQ(first.domain(), "else.example");
  EXPECT_EQ(first.recipients_size(), 2);
}

TEST_F(DeliveryTest, AnAliasLeadsToEachTargetOnceHoweverItIsReached) {
  neighbours_.resolutions["team@our.example"] =
      alias_to({"u@our.example", "more@our.example", "x@else.example"});
  neighbours_.resolutions["more@our.example"] =
      alias_to({"u@our.example", "v@our.example", "team@our.example"});
  ASSERT_TRUE(pass_message(envelope_for({"team@our.example", "v@our.example"})));
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_EQ(mail("u").size(), 1U);
  EXPECT_EQ(mail("v").size(), 1U);
  ASSERT_EQ(neighbours_.attempts.size(), 1U);
  EXPECT_EQ(neighbours_.attempts[0].envelope.recipients(0).orcpt(), "rfc822;team@our.example");
}

TEST_F(DeliveryTest, AnEndlessAliasFailsInsteadOfGrowing) {
  for (int i = 0; i < 20; ++i) {
    neighbours_.resolutions["a" + std::to_string(i) + "@our.example"] =
        alias_to({"a" + std::to_string(i + 1) + "@our.example"});
  }
  ASSERT_TRUE(pass_message(envelope_for({"a0@our.example"}, "u@our.example")));
  ASSERT_TRUE(run_until([&] { return mail("u").size() == 1 && queued() == 0; }));
  EXPECT_TRUE(contains(mail("u")[0], "Status: 5.4.6"));
}

TEST_F(DeliveryTest, AliasesThatLeadToNobodyButThemselvesComeBack) {
  neighbours_.resolutions["one@our.example"] = alias_to({"two@our.example"});
  neighbours_.resolutions["two@our.example"] = alias_to({"one@our.example"});
  neighbours_.resolutions["self@our.example"] = alias_to({"self@our.example"});
  ASSERT_TRUE(pass_message(envelope_for({"one@our.example"}, "u@our.example")));
  ASSERT_TRUE(pass_message(envelope_for({"self@our.example"}, "u@our.example")));
  ASSERT_TRUE(run_until([&] { return mail("u").size() == 2 && queued() == 0; }));
  EXPECT_TRUE(contains(mail("u")[0], "Status: 5.4.6"));
}

TEST_F(DeliveryTest, UnknownAndDisabledUsersComeBackInOneNotification) {
  neighbours_.resolutions["no@our.example"] = resolution(v1::ResolveReply::NO_SUCH_USER);
  neighbours_.resolutions["off@our.example"] = resolution(v1::ResolveReply::DISABLED);
  ASSERT_TRUE(pass_message(envelope_for({"no@our.example", "off@our.example", "u@our.example"})));
  ASSERT_TRUE(run_until([&] { return mail("a").size() >= 1 && mail("u").size() == 1 && queued() == 0; }));
  const auto bounce = mail("a")[0];
  EXPECT_TRUE(bounce.starts_with("Return-Path: <>\r\n"));
  EXPECT_TRUE(contains(bounce, "Received: by mail.our.example id "));
  EXPECT_TRUE(contains(bounce, "Status: 5.1.1"));
  EXPECT_TRUE(contains(bounce, "body\r\n")) << "the whole message comes back";
}

TEST_F(DeliveryTest, AFailureAtTheNextHopIsReportedAndABounceIsNot) {
  neighbours_.courier = [](const v1::AttemptEnvelope& envelope, const std::string&) {
    return report_for(envelope, v1::RecipientReport::FAILED, 550, "5.1.1");
  };
  ASSERT_TRUE(pass_message(envelope_for({"b@else.example"}, "far@third.example")));
  ASSERT_TRUE(run_until([&] { return neighbours_.attempts.size() == 2 && queued() == 0; }));
  EXPECT_EQ(neighbours_.attempts[1].envelope.recipients(0).address(), "far@third.example");
  EXPECT_EQ(neighbours_.attempts[1].envelope.reverse_path(), "");
  EXPECT_TRUE(contains(neighbours_.attempts[1].octets, "550 5.1.1 as the test says"));
}

TEST_F(DeliveryTest, ADeferralIsKeptWithItsReplyAndTime) {
  neighbours_.courier = [](const v1::AttemptEnvelope& envelope, const std::string&) {
    return report_for(envelope, v1::RecipientReport::DEFERRED, 451, "4.7.1");
  };
  ASSERT_TRUE(pass_message(envelope_for({"b@else.example"})));
  ASSERT_TRUE(run_until([&] {
    const auto all = list();
    return all.messages_size() == 1 && all.messages(0).recipients(0).attempts() == 1;
  }));
  const auto shown = list().messages(0).recipients(0);
  EXPECT_EQ(shown.last_reply(), "451 4.7.1 as the test says");
  EXPECT_EQ(shown.last_mx(), "mx.else.example");
  EXPECT_GT(shown.next_attempt(), now().time_since_epoch().count() + 40'000);
}

TEST_F(DeliveryTest, OneOfTwoRecipientsIsTriedAgainAlone) {
  settings_.retry = {std::chrono::milliseconds{50}};
  close();
  open();
  neighbours_.courier = [](const v1::AttemptEnvelope& envelope, const std::string&) {
    auto report = report_for(envelope, v1::RecipientReport::RELAYED, 250, "2.0.0");
    for (auto& one : *report.mutable_recipients()) {
      if (one.address() == "b@else.example" && envelope.recipients_size() == 2) {
        one.set_result(v1::RecipientReport::DEFERRED);
        one.mutable_reply()->set_code(450);
      }
    }
    return report;
  };
  ASSERT_TRUE(pass_message(envelope_for({"b@else.example", "c@else.example"})));
  ASSERT_TRUE(run_until([&] { return neighbours_.attempts.size() == 2 && queued() == 0; }));
  ASSERT_EQ(neighbours_.attempts[1].envelope.recipients_size(), 1);
  EXPECT_EQ(neighbours_.attempts[1].envelope.recipients(0).address(), "b@else.example");
}

TEST_F(DeliveryTest, WhatNeverGetsThroughExpiresAndComesBack) {
  settings_.retry = {std::chrono::milliseconds{20}};
  settings_.longest_wait = std::chrono::milliseconds{20};
  settings_.expire = std::chrono::milliseconds{200};
  settings_.delay_warning = std::chrono::milliseconds{50};
  close();
  open();
  neighbours_.courier = [](const v1::AttemptEnvelope& envelope, const std::string&) {
    return report_for(envelope, v1::RecipientReport::DEFERRED, 451, "4.2.0");
  };
  ASSERT_TRUE(pass_message(envelope_for({"b@else.example"}, "u@our.example")));
  ASSERT_TRUE(run_until([&] { return mail("u").size() == 2 && queued() == 0; }));
  auto both = mail("u");
  std::ranges::sort(both, {}, [](const std::string& text) { return contains(text, "Action: failed"); });
  EXPECT_TRUE(contains(both[0], "Action: delayed\r\nStatus: 4.2.0"));
  EXPECT_TRUE(contains(both[1], "Action: failed\r\nStatus: 5.4.7"));
}

TEST_F(DeliveryTest, SuccessIsReportedWhereAskedFor) {
  auto envelope = envelope_for({"u@our.example", "b@else.example"});
  for (auto& recipient : *envelope.mutable_recipients()) recipient.set_notify(2);
  ASSERT_TRUE(pass_message(envelope));
  ASSERT_TRUE(run_until([&] { return mail("a").size() == 2 && queued() == 0; }));
  const auto both = mail("a")[0] + mail("a")[1];
  EXPECT_TRUE(contains(both, "Action: delivered"));
  EXPECT_TRUE(contains(both, "Action: relayed"));
}

TEST_F(DeliveryTest, WhileAccountsIsAwayMailWaitsAndIsNeverBounced) {
  neighbours_.accounts_away = true;
  ASSERT_TRUE(pass_message(envelope_for({"u@our.example", "b@else.example"}))->has_accepted());
  ASSERT_TRUE(run_until([&] { return neighbours_.resolved >= 2; }));
  EXPECT_EQ(list().messages(0).recipients(0).attempts(), 0U);
  neighbours_.accounts_away = false;
  ASSERT_TRUE(
      run_until([&] { return mail("u").size() == 1 && neighbours_.attempts.size() == 1 && queued() == 0; }));
}

TEST_F(DeliveryTest, ACourierThatIsAwayIsNoAttempt) {
  int calls = 0;
  neighbours_.courier = [&](const v1::AttemptEnvelope& envelope,
                            const std::string&) -> pipe::Result<v1::AttemptReport> {
    if (++calls < 4) return pipe::fail(pipe::Code::unavailable, "no connection");
    EXPECT_EQ(list().messages(0).recipients(0).attempts(), 0U);
    return report_for(envelope, v1::RecipientReport::RELAYED, 250, "2.0.0");
  };
  neighbours_.courier = [&calls](const v1::AttemptEnvelope& envelope,
                                 const std::string&) -> pipe::Result<v1::AttemptReport> {
    if (++calls < 3) return pipe::fail(pipe::Code::unavailable, "no connection");
    return report_for(envelope, v1::RecipientReport::RELAYED, 250, "2.0.0");
  };
  ASSERT_TRUE(pass_message(envelope_for({"b@else.example"})));
  ASSERT_TRUE(run_until([&] { return calls == 3 && queued() == 0; }));
}

TEST_F(DeliveryTest, AnAttemptThatWasCutOffIsCountedAndRepeated) {
  int calls = 0;
  neighbours_.courier = [&calls](const v1::AttemptEnvelope& envelope,
                                 const std::string&) -> pipe::Result<v1::AttemptReport> {
    if (++calls == 1) return std::unexpected(pipe::Status{pipe::Code::unavailable, "reset", true});
    return report_for(envelope, v1::RecipientReport::RELAYED, 250, "2.0.0");
  };
  ASSERT_TRUE(pass_message(envelope_for({"b@else.example"})));
  ASSERT_TRUE(run_until([&] { return calls == 1 && list().messages(0).recipients(0).attempts() == 1; }));
  ASSERT_TRUE(run_until([&] { return calls == 2 && queued() == 0; }));
}

TEST_F(DeliveryTest, ADeadNextHopCostsAFewAttemptsNotOnePerMessage) {
  neighbours_.courier = [](const v1::AttemptEnvelope& envelope, const std::string&) {
    return report_for(envelope, v1::RecipientReport::DEFERRED, 421, "4.4.1", true);
  };
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(pass_message(envelope_for({"b" + std::to_string(i) + "@dead.example"})));
  ASSERT_TRUE(run_until([&] {
    const auto all = list();
    return std::ranges::all_of(all.messages(), [](const auto& m) {
      return m.recipients(0).state() == "queued" && !m.recipients(0).last_reply().empty();
    });
  }));
  EXPECT_LE(neighbours_.attempts.size(), 10U);
  neighbours_.courier = nullptr;
  EXPECT_EQ(act(v1::QueueActRequest::RETRY, "all").messages(), 100U);
  EXPECT_TRUE(run_until([&] { return queued() == 0; }));
}

TEST_F(DeliveryTest, AMailboxThatCannotBeWrittenDefersItsMail) {
  std::filesystem::create_directories(folder_ / "mail");
  std::filesystem::permissions(folder_ / "mail", std::filesystem::perms::none);
  {
    static_cast<void>(files::create(folder_ / "mail/our.example"));
  }
  std::filesystem::permissions(folder_ / "mail", std::filesystem::perms::owner_all);
  ASSERT_TRUE(pass_message(envelope_for({"u@our.example"})));
  ASSERT_TRUE(run_until([&] { return list().messages(0).recipients(0).attempts() == 1; }));
  EXPECT_EQ(list().messages(0).recipients(0).state(), "queued");
}

}  // namespace
}  // namespace scop::relay
