#include "world.hpp"

namespace scop::relay {
namespace {

using IntakeTest = WorldTest;

v1::Envelope foreign() { return envelope_for({"b@else.example"}); }

TEST_F(IntakeTest, AcceptedMeansCommitted) {
  const auto envelope = foreign();
  const auto receipt = pass_message(envelope);
  ASSERT_TRUE(receipt);
  ASSERT_TRUE(receipt->has_accepted());
  EXPECT_EQ(outcome(envelope).state(), v1::OutcomeAnswer::COMMITTED);
  EXPECT_EQ(outcome(envelope).queue_id(), receipt->accepted().queue_id());
}

TEST_F(IntakeTest, ARepeatedPassIsAcceptedAgainWithoutASecondCommit) {
  const auto envelope = foreign();
  ASSERT_TRUE(pass_message(envelope)->has_accepted());
  ASSERT_TRUE(run_until([&] { return neighbours_.attempts.size() == 1 && queued() == 0; }));
  ASSERT_TRUE(pass_message(envelope)->has_accepted());
  EXPECT_EQ(queued(), 0U);
  EXPECT_EQ(neighbours_.attempts.size(), 1U);
}

TEST_F(IntakeTest, TheSameIdWithOtherOctetsOrRecipientsIsRefused) {
  auto envelope = foreign();
  ASSERT_TRUE(pass_message(envelope)->has_accepted());
  EXPECT_TRUE(pass_message(envelope, "Subject: y\r\n\r\n")->has_refused());
  envelope.add_recipients()->set_address("c@else.example");
  EXPECT_TRUE(pass_message(envelope)->has_refused());
}

TEST_F(IntakeTest, AStreamThatIsNotWholeIsVoidAndItsIdUnknown) {
  const auto envelope = foreign();
  const auto whole = parts_of(envelope, message);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(pass({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)})) << length;
    EXPECT_FALSE(pass({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)}, "signer", true))
        << length;
  }
  EXPECT_FALSE(pass(whole, "signer", true)) << "broken behind the findings, before the end";
  auto twice = whole;
  twice.push_back(whole.back());
  EXPECT_FALSE(pass(twice)) << "two findings";
  auto swapped = whole;
  std::swap(swapped[0], swapped[1]);
  EXPECT_FALSE(pass(swapped)) << "octets before the envelope";
  auto again = whole;
  again.insert(again.begin() + 1, whole[0]);
  EXPECT_FALSE(pass(again)) << "two envelopes";
  EXPECT_EQ(outcome(envelope).state(), v1::OutcomeAnswer::UNKNOWN);
  EXPECT_EQ(queued(), 0U);
  EXPECT_TRUE(pass(whole)->has_accepted()) << "and it may be sent again";
}

TEST_F(IntakeTest, AStageThatLiesAboutSizeOrDigestIsNotBelieved) {
  auto parts = parts_of(foreign(), message);
  parts.back().mutable_findings()->set_size(1);
  EXPECT_FALSE(pass(parts));
  parts = parts_of(foreign(), message);
  parts.back().mutable_findings()->set_sha256(std::string(32, 'x'));
  EXPECT_FALSE(pass(parts));
  parts = parts_of(foreign(), message);
  parts[1].set_data("From: evil@our.example\r\n\r\n");
  EXPECT_FALSE(pass(parts));
  EXPECT_EQ(queued(), 0U);
}

TEST_F(IntakeTest, OctetsThatSmuggleAreRefused) {
  for (const std::string octets :
       {"a: b\r\n\r\nx\n.\r\ny\r\n", "a: b\r\n\r\nx\r.\r\n", "a: b\r\n\r\nno end"}) {
    const auto receipt = pass_message(foreign(), octets);
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->refused().code(), 554U);
  }
  const auto receipt = pass_message(foreign(), "a: " + std::string(1000, 'x') + "\r\n\r\n");
  EXPECT_TRUE(receipt->has_refused());
}

TEST_F(IntakeTest, AMessageOverTheLimitIsRefusedWithoutBeingKept) {
  settings_.max_message = 200'000;
  close();
  open();
  std::string octets = "Subject: x\r\n\r\n";
  while (octets.size() < 300'000) octets += std::string(70, 'x') + "\r\n";
  EXPECT_EQ(pass_message(foreign(), octets)->refused().code(), 552U);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "spool"));
}

TEST_F(IntakeTest, ForeignRecipientsAreForTheSignersPathAlone) {
  auto envelope = received_for({"u@our.example", "b@else.example"});
  const auto receipt = pass(parts_of(envelope, message), "verifier");
  EXPECT_EQ(receipt->refused().enhanced(), "5.7.1");
  EXPECT_EQ(queued(), 0U);
  EXPECT_TRUE(pass(parts_of(received_for({"u@our.example"}), message), "verifier")->has_accepted());
  neighbours_.accounts_away = true;
  EXPECT_TRUE(pass(parts_of(received_for({"u@our.example"}), message), "verifier")->has_deferred());
}

TEST_F(IntakeTest, AFindingOutsideTheCallersRightsIsRefused) {
  auto parts = parts_of(foreign(), message);
  auto* field = parts.back().mutable_findings()->add_prepend();
  field->set_name("Received");
  field->set_value(" from nowhere");
  EXPECT_EQ(pass(parts)->refused().enhanced(), "5.7.1");
}

TEST_F(IntakeTest, ADiskWithoutRoomDefersAndNothingIsLost) {
  const auto before = foreign();
  ASSERT_TRUE(pass_message(before)->has_accepted());
  settings_.free_floor = UINT64_MAX;
  close();
  open();
  const auto envelope = foreign();
  const auto receipt = pass_message(envelope);
  EXPECT_EQ(receipt->deferred().code(), 452U);
  EXPECT_EQ(receipt->deferred().enhanced(), "4.3.1");
  EXPECT_EQ(outcome(envelope).state(), v1::OutcomeAnswer::UNKNOWN);
  EXPECT_EQ(outcome(before).state(), v1::OutcomeAnswer::COMMITTED);
}

TEST_F(IntakeTest, LargeBodiesGoToTheSpoolAndArriveWhole) {
  std::string octets = "Subject: large\r\n\r\n";
  while (octets.size() < 1'000'000) octets += std::string(70, 'x') + "\r\n";
  const auto envelope = envelope_for({"u@our.example", "b@else.example"});
  ASSERT_TRUE(pass(parts_of(envelope, octets, 50'000))->has_accepted());
  ASSERT_TRUE(
      run_until([&] { return neighbours_.attempts.size() == 1 && mail("u").size() == 1 && queued() == 0; }));
  EXPECT_TRUE(neighbours_.attempts[0].octets.ends_with("\r\n" + octets));
  EXPECT_EQ(neighbours_.attempts[0].envelope.size(), neighbours_.attempts[0].octets.size());
  EXPECT_TRUE(mail("u")[0].ends_with("\r\n" + octets));
  EXPECT_TRUE(run_until([&] { return std::filesystem::is_empty(folder_ / "spool"); }));
}

TEST_F(IntakeTest, SpoolFilesThatNoRowNamesAreSweptAtStart) {
  close();
  static_cast<void>(std::move(files::Spool::open(folder_ / "spool").value().create("orphan").value()).keep());
  open();
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "spool"));
}

TEST_F(IntakeTest, ManyAtOnceShareTransactions) {
  neighbours_.accounts_away = true;  // the deliveries wait
  const auto before = world_->written();
  std::vector<Task<pipe::Result<v1::Receipt>>> tasks;
  constexpr int messages = 200;
  int accepted = 0;
  struct Parts : pipe::IncomingOctets {
    std::vector<v1::Part> parts = parts_of(foreign(), message);
    std::size_t at = 0;
    Task<pipe::Result<std::optional<std::string>>> next(Deadline) override {
      if (at == parts.size()) co_return std::optional<std::string>{};
      co_return std::optional<std::string>(parts[at++].SerializeAsString());
    }
  };
  for (int i = 0; i < messages; ++i) {
    asio::co_spawn(
        *io_,
        [](Intake& intake, int& count) -> Task<> {
          Parts parts;
          pipe::Incoming<v1::Part> incoming(parts);
          const auto receipt = co_await intake.pass({.caller = "signer"}, incoming);
          if (receipt && receipt->has_accepted()) ++count;
        }(world_->intake(), accepted),
        asio::detached);
  }
  ASSERT_TRUE(run_until([&] { return accepted == messages; }));
  EXPECT_LT(world_->written().transactions - before.transactions, messages / 4U);
  neighbours_.accounts_away = false;
}

}  // namespace
}  // namespace scop::relay
