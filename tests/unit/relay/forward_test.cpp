#include "world.hpp"

namespace scop::relay {
namespace {

class ForwardTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    neighbours_.resolutions["away@our.example"] = alias_to({"new@else.example"});
  }
  pipe::Result<v1::Receipt> receive(const v1::Envelope& envelope, std::string_view octets = message,
                                    const std::string& spf = "pass") {
    auto parts = parts_of(envelope, octets, 50'000);
    auto& findings = *parts.back().mutable_findings();
    findings.mutable_arc()->set_results("spf=" + spf);
    findings.mutable_arc()->set_chain("none");
    findings.add_verdicts()->set_method("spf");
    findings.mutable_verdicts(0)->set_result(spf);
    return pass(std::move(parts), "verifier");
  }
  std::string forwarded_path() {
    EXPECT_TRUE(run_until([&] { return neighbours_.attempts.size() == 1 && queued() == 0; }));
    return neighbours_.attempts.at(0).envelope.reverse_path();
  }
};

TEST_F(ForwardTest, GoesThroughTheSignerWithTheEvidenceAndARewrittenSender) {
  ASSERT_TRUE(receive(received_for({"away@our.example"}))->has_accepted());
  const auto path = forwarded_path();
  EXPECT_TRUE(path.starts_with("SRS0=") && path.ends_with("=else.example=s@our.example")) << path;
  ASSERT_EQ(neighbours_.forwards.size(), 1U);
  EXPECT_EQ(neighbours_.forwards[0].role(), v1::ROLE_FORWARD);
  EXPECT_EQ(neighbours_.forwards[0].arc().results(), "spf=pass");
  EXPECT_EQ(neighbours_.forwards[0].arc().chain(), "none");
  const auto& attempt = neighbours_.attempts[0];
  EXPECT_EQ(attempt.envelope.recipients(0).address(), "new@else.example");
  EXPECT_NE(attempt.octets.find("\r\nDelivered-To: away@our.example\r\n"), std::string::npos);
  EXPECT_TRUE(attempt.octets.ends_with(message));
}

// RFC 8689 4.2.1 and 4.1: REQUIRETLS goes along, and goes before the field.
TEST_F(ForwardTest, KeepsWhatTheSenderAskedOfTls) {
  const auto octets = "TLS-Required: No\r\n" + std::string(message);
  auto envelope = received_for({"away@our.example"});
  envelope.set_requiretls(true);
  ASSERT_TRUE(receive(envelope, octets)->has_accepted());
  forwarded_path();
  EXPECT_TRUE(neighbours_.forwards.at(0).requiretls());
  EXPECT_TRUE(neighbours_.attempts.at(0).envelope.requiretls());
  EXPECT_FALSE(neighbours_.attempts.at(0).envelope.tls_optional());
  neighbours_.attempts.clear();
  ASSERT_TRUE(receive(received_for({"away@our.example"}), octets)->has_accepted());
  forwarded_path();
  EXPECT_TRUE(neighbours_.attempts.at(0).envelope.tls_optional());
}

TEST_F(ForwardTest, ABounceFindsItsWayBackAndOtherMailDoesNot) {
  ASSERT_TRUE(receive(received_for({"away@our.example"}))->has_accepted());
  const auto path = forwarded_path();
  neighbours_.attempts.clear();
  ASSERT_TRUE(receive(received_for({path}, ""))->has_accepted());
  EXPECT_EQ(forwarded_path(), "") << "a bounce stays one";
  EXPECT_EQ(neighbours_.attempts[0].envelope.recipients(0).address(), "s@else.example");
  EXPECT_EQ(receive(received_for({path}, "spammer@else.example"))->refused().enhanced(), "5.1.1");
  auto forged = path;
  forged[6] = forged[6] == 'a' ? 'b' : 'a';
  EXPECT_EQ(receive(received_for({forged}, ""))->refused().enhanced(), "5.1.1");
}

TEST_F(ForwardTest, OurOwnBounceOfAForwardGoesToASenderThatIsProvedAlone) {
  neighbours_.courier = [](const v1::AttemptEnvelope& envelope, const std::string&) {
    const bool is_forward = envelope.recipients(0).address() == "new@else.example";
    return is_forward ? report_for(envelope, v1::RecipientReport::FAILED, 550, "5.1.1")
                      : report_for(envelope, v1::RecipientReport::RELAYED, 250, "2.0.0");
  };
  ASSERT_TRUE(receive(received_for({"away@our.example"}), message, "fail")->has_accepted());
  ASSERT_TRUE(run_until([&] { return neighbours_.attempts.size() == 1 && queued() == 0; }));
  ASSERT_TRUE(receive(received_for({"away@our.example"}), message, "pass")->has_accepted());
  ASSERT_TRUE(run_until([&] { return neighbours_.attempts.size() == 3 && queued() == 0; }));
  EXPECT_EQ(neighbours_.attempts[2].envelope.recipients(0).address(), "s@else.example");
  EXPECT_EQ(neighbours_.attempts[2].envelope.reverse_path(), "");
}

TEST_F(ForwardTest, ALoopEnds) {
  ASSERT_TRUE(receive(received_for({"away@our.example"}),
                      "Delivered-To: Away@our.example\r\nSubject: x\r\n\r\n", "none")
                  ->has_accepted());
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_EQ(neighbours_.forwards.size(), 0U);
}

TEST_F(ForwardTest, TheOriginalStaysUntilTheSignerHasTakenTheForwardOnce) {
  auto through = std::exchange(neighbours_.signer, {});
  std::string large = "Subject: x\r\n\r\n";
  while (large.size() < 300'000) large += std::string(70, 'x') + "\r\n";
  ASSERT_TRUE(receive(received_for({"away@our.example", "u@our.example"}), large)->has_accepted());
  ASSERT_TRUE(run_until([&] { return mail("u").size() == 1 && neighbours_.forwards.size() == 1; }));
  EXPECT_EQ(queued(), 1U);
  // Accepted, and the receipt lost.
  neighbours_.signer = [&](v1::Envelope envelope, std::string octets) -> Task<pipe::Result<v1::Receipt>> {
    static_cast<void>(co_await through(std::move(envelope), std::move(octets)));
    co_return pipe::fail(pipe::Code::unavailable, "died");
  };
  act(v1::QueueActRequest::RETRY, "all");
  ASSERT_TRUE(run_until([&] { return neighbours_.attempts.size() == 1; }));
  crash();
  neighbours_.signer = through;
  open();
  act(v1::QueueActRequest::RETRY, "all");
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_EQ(neighbours_.attempts.size(), 1U) << "once, however often it is repeated";
  EXPECT_TRUE(neighbours_.attempts[0].octets.ends_with(large));
  EXPECT_EQ(mail("u").size(), 1U);
}

TEST_F(ForwardTest, TheSecretOutlivesARestart) {
  ASSERT_TRUE(receive(received_for({"away@our.example"}))->has_accepted());
  const auto path = forwarded_path();
  close();
  open();
  neighbours_.attempts.clear();
  ASSERT_TRUE(receive(received_for({path}, ""))->has_accepted());
  EXPECT_EQ(forwarded_path(), "");
}

}  // namespace
}  // namespace scop::relay
