#include <fstream>

#include "files/descriptor.hpp"
#include "world.hpp"

namespace scop::relay {
namespace {

class InboundTest : public WorldTest {
 protected:
  // As the verifier passes it; `found` adds what it has found.
  pipe::Result<v1::Receipt> receive(const v1::Envelope& envelope,
                                    const std::function<void(v1::Findings&)>& found = {},
                                    std::string_view octets = message) {
    auto parts = parts_of(envelope, octets);
    if (found) found(*parts.back().mutable_findings());
    return pass(std::move(parts), "verifier");
  }
  bool is_done() {
    return run_until([&] { return queued() == 0; });
  }
};

v1::Field& add(v1::Findings& findings, std::string name, std::string value) {
  auto& field = *findings.add_prepend();
  field.set_name(std::move(name));
  field.set_value(std::move(value));
  return field;
}

void spf(v1::Findings& findings, const std::string& result) {
  auto& verdict = *findings.add_verdicts();
  verdict.set_judge("verifier");
  verdict.set_method("spf");
  verdict.set_result(result);
}

TEST_F(InboundTest, AMessageFromTheWorldArrivesWithWhatWasFound) {
  const auto receipt = receive(received_for({"u@our.example"}), [](v1::Findings& findings) {
    add(findings, "Authentication-Results", " mail.our.example; spf=pass");
    add(findings, "Received-SPF", " pass");
    add(findings, "X-Spam-Score", " 0.1");
  });
  ASSERT_TRUE(receipt->has_accepted());
  ASSERT_TRUE(is_done());
  ASSERT_EQ(mail("u").size(), 1U);
  const auto text = mail("u")[0];
  EXPECT_TRUE(
      text.starts_with("Return-Path: <s@else.example>\r\nDelivered-To: u@our.example\r\n"
                       "Received: from mx.else.example (mx.else.example [192.0.2.77])\r\n"))
      << text;
  EXPECT_TRUE(
      text.ends_with("Authentication-Results: mail.our.example; spf=pass\r\nReceived-SPF: pass\r\n"
                     "X-Spam-Score: 0.1\r\n" +
                     std::string(message)))
      << text;
}

TEST_F(InboundTest, JunkGoesToItsFolderWhichIsSubscribedTo) {
  const auto receipt = receive(received_for({"u@our.example", "v@our.example"}), [](v1::Findings& findings) {
    dispose(findings, "u@our.example", v1::Disposition::JUNK);
    dispose(findings, "v@our.example", v1::Disposition::INBOX);
  });
  ASSERT_TRUE(receipt->has_accepted());
  ASSERT_TRUE(is_done());
  EXPECT_EQ(mail("u").size(), 0U);
  EXPECT_EQ(mail("u", ".Junk").size(), 1U);
  EXPECT_EQ(mail("v").size(), 1U);
  const auto box = folder_ / "mail/our.example/u";
  EXPECT_TRUE(std::filesystem::exists(box / ".Junk/maildirfolder"));
  EXPECT_EQ(files::read_whole(box / "subscriptions", 100).value(), "Junk\n");
}

TEST_F(InboundTest, JunkSurvivesACrashAndAnAlias) {
  neighbours_.resolutions["all@our.example"] = alias_to({"u@our.example"});
  auto parts = parts_of(received_for({"all@our.example"}), message);
  dispose(*parts.back().mutable_findings(), "all@our.example", v1::Disposition::JUNK);
  std::filesystem::create_directories(folder_ / "mail/our.example");
  std::ofstream(folder_ / "mail/our.example/u") << "in the way";
  ASSERT_TRUE(pass(parts, "verifier")->has_accepted());
  ASSERT_TRUE(run_until([&] { return list().messages(0).recipients_size() == 2; }));
  crash();
  std::filesystem::remove(folder_ / "mail/our.example/u");
  open();
  ASSERT_TRUE(run_until([&] { return queued() == 1; }));
  act(v1::QueueActRequest::RETRY, "all");
  ASSERT_TRUE(is_done());
  EXPECT_EQ(mail("u", ".Junk").size(), 1U);
  EXPECT_EQ(mail("u").size(), 0U);
}

TEST_F(InboundTest, RefusedByAllIsRefusedInTheDialogue) {
  const auto receipt = receive(received_for({"u@our.example", "v@our.example"}), [](v1::Findings& findings) {
    dispose(findings, "u@our.example", v1::Disposition::REFUSE);
    dispose(findings, "v@our.example", v1::Disposition::REFUSE);
  });
  EXPECT_EQ(receipt->refused().code(), 550U);
  EXPECT_EQ(receipt->refused().text(), "as the policy says");
  const auto later = receive(received_for({"u@our.example"}), [](v1::Findings& findings) {
    dispose(findings, "u@our.example", v1::Disposition::REFUSE, 451);
  });
  EXPECT_EQ(later->deferred().code(), 451U);
  EXPECT_EQ(queued(), 0U);
  EXPECT_EQ(mail("u").size(), 0U);
}

TEST_F(InboundTest, ARefusalsTextCannotBreakOutOfTheReply) {
  const auto receipt = receive(received_for({"u@our.example"}), [](v1::Findings& findings) {
    dispose(findings, "u@our.example", v1::Disposition::REFUSE, 250);
    findings.mutable_dispositions(0)->mutable_reply()->set_text("no\r\n250 ok");
  });
  EXPECT_EQ(receipt->refused().code(), 550U);
  EXPECT_EQ(receipt->refused().text().find('\n'), std::string::npos);
}

TEST_F(InboundTest, RefusedBySomeIsJunkForThem) {
  const auto receipt = receive(received_for({"u@our.example", "v@our.example"}), [](v1::Findings& findings) {
    dispose(findings, "u@our.example", v1::Disposition::REFUSE);
  });
  ASSERT_TRUE(receipt->has_accepted());
  ASSERT_TRUE(is_done());
  EXPECT_EQ(mail("u", ".Junk").size(), 1U);
  EXPECT_EQ(mail("v").size(), 1U);
}

TEST_F(InboundTest, ALyingVerifierIsRefused) {
  for (const auto* name : {"Received", "Return-Path", "Delivered-To", "From", "DKIM-Signature", "X-Spam"}) {
    const auto receipt =
        receive(received_for({"u@our.example"}), [&](v1::Findings& findings) { add(findings, name, " x"); });
    EXPECT_EQ(receipt->refused().enhanced(), "5.7.1") << name;
  }
  const std::vector<std::function<void(v1::Findings&)>> lies{
      [](v1::Findings& f) { dispose(f, "other@our.example", v1::Disposition::INBOX); },
      [](v1::Findings& f) {
        dispose(f, "u@our.example", v1::Disposition::INBOX);
        dispose(f, "u@our.example", v1::Disposition::JUNK);
      },
      [](v1::Findings& f) { f.mutable_arc()->set_chain("maybe"); },
      [](v1::Findings& f) { f.mutable_arc()->set_results("spf=pass\r\nFrom: evil"); },
      [](v1::Findings& f) { f.mutable_arc()->set_results(std::string(20'000, 'x')); },
      [](v1::Findings& f) { f.add_remove(0); },
  };
  for (const auto& lie : lies) {
    EXPECT_TRUE(receive(received_for({"u@our.example"}), lie)->has_refused()) << &lie - lies.data();
  }
  EXPECT_EQ(queued(), 0U);
}

TEST_F(InboundTest, OnlyTheVerifierDisposes) {
  auto parts = parts_of(envelope_for({"u@our.example"}), message);
  dispose(*parts.back().mutable_findings(), "u@our.example", v1::Disposition::JUNK);
  EXPECT_EQ(pass(parts, "signer")->refused().enhanced(), "5.7.1");
}

TEST_F(InboundTest, ARoleComesByItsOwnPathAlone) {
  EXPECT_EQ(pass(parts_of(received_for({"u@our.example"}), message), "signer")->refused().enhanced(),
            "5.7.1");
  for (const auto role : {v1::ROLE_UNKNOWN, v1::ROLE_SUBMITTED, v1::ROLE_FORWARD, v1::ROLE_REPORT}) {
    auto envelope = received_for({"u@our.example"});
    envelope.set_role(role);
    EXPECT_EQ(receive(envelope)->refused().enhanced(), "5.7.1") << role;
  }
  EXPECT_EQ(pass(parts_of(received_for({"u@our.example"}), message), "receiver")->refused().enhanced(),
            "5.7.1");
}

TEST_F(InboundTest, RecipientsThatAreGoneAreRefusedWhileTheClientIsThere) {
  neighbours_.resolutions["gone@our.example"] = resolution(v1::ResolveReply::NO_SUCH_USER);
  neighbours_.resolutions["shut@our.example"] = resolution(v1::ResolveReply::DISABLED);
  EXPECT_EQ(receive(received_for({"gone@our.example"}))->refused().enhanced(), "5.1.1");
  EXPECT_EQ(receive(received_for({"shut@our.example"}))->refused().enhanced(), "5.2.1");
}

TEST_F(InboundTest, NoBounceGoesToAReversePathThatIsNotProved) {
  neighbours_.resolutions["gone@our.example"] = resolution(v1::ResolveReply::NO_SUCH_USER);
  for (const auto* result : {"fail", "softfail", "none", "neutral", "temperror", ""}) {
    const auto receipt = receive(received_for({"u@our.example", "gone@our.example"}),
                                 [&](v1::Findings& findings) { spf(findings, result); });
    ASSERT_TRUE(receipt->has_accepted());
    ASSERT_TRUE(is_done());
  }
  EXPECT_EQ(neighbours_.attempts.size(), 0U);
  const auto receipt = receive(received_for({"u@our.example", "gone@our.example"}),
                               [](v1::Findings& findings) { spf(findings, "pass"); });
  ASSERT_TRUE(receipt->has_accepted());
  ASSERT_TRUE(run_until([&] { return neighbours_.attempts.size() == 1; }));
  EXPECT_EQ(neighbours_.attempts[0].envelope.recipients(0).address(), "s@else.example");
  EXPECT_EQ(neighbours_.attempts[0].envelope.reverse_path(), "");
}

TEST_F(InboundTest, AHundredRecipientsAreLookedUpSeveralAtATime) {
  std::vector<std::string> recipients;
  for (int i = 0; i < 100; ++i) recipients.push_back("u" + std::to_string(i) + "@our.example");
  neighbours_.resolve_takes = std::chrono::milliseconds{10};
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(receive(received_for(recipients))->has_accepted());
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds{700});
  neighbours_.resolve_takes = {};
  ASSERT_TRUE(is_done());
  EXPECT_EQ(mail("u99").size(), 1U);
}

TEST(FolderOfDetail, TakesNamesAlone) {
  EXPECT_EQ(folder_of_detail("lists-2"), "lists-2");
  for (const auto* detail : {"", ".", "..", "a.b", "a/b", "../x", "a b", "&AMQ-", "\xc3\xa4", "a\r\nb"}) {
    EXPECT_EQ(folder_of_detail(detail), "") << detail;
  }
}

TEST_F(InboundTest, SubaddressesFindTheFolderThatTheirOwnerHasMade) {
  auto to_detail = resolution(v1::ResolveReply::MAILBOX);
  to_detail.set_mailbox("u@our.example");
  for (const std::string detail : {"lists", "other"}) {
    to_detail.set_detail(detail);
    neighbours_.resolutions["u+" + detail + "@our.example"] = to_detail;
  }
  settings_.subaddress_folders = true;
  close();
  open();
  for (const auto* part : {"cur", "new", "tmp"}) {
    std::filesystem::create_directories(folder_ / "mail/our.example/u/.lists" / part);
  }
  ASSERT_TRUE(receive(received_for({"u+lists@our.example"}))->has_accepted());
  ASSERT_TRUE(receive(received_for({"u+other@our.example"}))->has_accepted());
  ASSERT_TRUE(is_done());
  EXPECT_EQ(mail("u", ".lists").size(), 1U);
  EXPECT_EQ(mail("u").size(), 1U);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "mail/our.example/u/.other"));
}

}  // namespace
}  // namespace scop::relay
