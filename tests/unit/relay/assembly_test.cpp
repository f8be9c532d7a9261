#include "relay/assembly.hpp"

#include <gtest/gtest.h>

namespace scop::relay {
namespace {

constexpr Time received{std::chrono::seconds{880'127'706}};
constexpr std::string_view header = "From: a@b\r\nAuthentication-Results: forged\r\nSubject: x\r\n\r\n";

v1::Envelope submitted() {
  v1::Envelope envelope;
  envelope.set_id(std::string(16, '\x11'));
  envelope.set_role(v1::ROLE_SUBMITTED);
  envelope.set_client_address("192.0.2.77");
  envelope.set_client_helo("laptop.example");
  envelope.set_protocol("ESMTPSA");
  envelope.set_edge_host("mail.our.example");
  return envelope;
}

Outcome<std::string> assembled(const v1::Findings& findings, std::string_view caller,
                               std::string_view text = header) {
  return assemble({submitted(), findings, caller, "relay.our.example", text, received});
}

void add(v1::Findings& findings, std::string name, std::string value) {
  auto* field = findings.add_prepend();
  field->set_name(std::move(name));
  field->set_value(std::move(value));
}

TEST(Assembly, OurReceivedStandsOnTopThenTheFindingsThenTheHeader) {
  v1::Findings findings;
  add(findings, "DKIM-Signature", " v=1; a=rsa-sha256;\r\n\tb=x");
  EXPECT_EQ(assembled(findings, "signer").value(),
            "Received: from laptop.example\r\n\tby mail.our.example with ESMTPSA id "
            "11111111111111111111111111111111;\r\n"
            "\tFri, 21 Nov 1997 15:55:06 +0000\r\nDKIM-Signature: v=1; a=rsa-sha256;\r\n\tb=x\r\n" +
                std::string(header));
}

TEST(Assembly, TheSubmittersAddressIsNowhere) {
  auto envelope = submitted();
  for (const auto* helo : {"[192.0.2.77]", "192.0.2.77", "a b", "evil\r\nX: y", ""}) {
    envelope.set_client_helo(helo);
    const auto field = received_field(envelope, "h", received);
    EXPECT_TRUE(field.starts_with("Received: from unknown\r\n")) << field;
    EXPECT_EQ(field.find("192.0.2.77"), std::string::npos);
  }
  envelope.set_role(v1::ROLE_RECEIVED);
  EXPECT_NE(received_field(envelope, "h", received).find("([192.0.2.77])"), std::string::npos);
}

TEST(Assembly, TheWorldsClientIsNamed) {
  auto envelope = submitted();
  envelope.set_role(v1::ROLE_RECEIVED);
  envelope.set_client_helo("[192.0.2.77]");
  envelope.set_client_name("mx.else.example");
  envelope.set_protocol("ESMTPS");
  envelope.add_recipients()->set_address("u@our.example");
  EXPECT_TRUE(received_field(envelope, "h", received)
                  .starts_with("Received: from [192.0.2.77] (mx.else.example [192.0.2.77])\r\n"
                               "\tby mail.our.example with ESMTPS id 11111111111111111111111111111111\r\n"
                               "\tfor <u@our.example>;\r\n\t"));
  envelope.add_recipients()->set_address("blind@our.example");
  envelope.set_client_address("2001:db8::1");
  for (const auto* name : {"", "evil)\r\nX: y", "a b", "[192.0.2.1]"}) {
    envelope.set_client_name(name);
    const auto field = received_field(envelope, "h", received);
    EXPECT_TRUE(field.starts_with("Received: from [192.0.2.77] ([IPv6:2001:db8::1])\r\n")) << field;
    EXPECT_EQ(field.find(" for "), std::string::npos);
  }
}

TEST(Assembly, AFieldThatTheCallerHasNoRightToIsDenied) {
  for (const auto* name : {"Received", "From", "Authentication-Results", "dkim-signaturE2", "Return-Path"}) {
    v1::Findings findings;
    add(findings, name, " x");
    EXPECT_EQ(assembled(findings, "signer").error().kind, ErrorKind::denied) << name;
  }
  v1::Findings findings;
  add(findings, "dkim-signature", " x");
  EXPECT_TRUE(assembled(findings, "signer"));
  EXPECT_EQ(assembled(findings, "verifier").error().kind, ErrorKind::denied);
  EXPECT_EQ(assembled(findings, "submission").error().kind, ErrorKind::denied);
}

TEST(Assembly, AValueThatIsMoreThanOneFieldIsMalformed) {
  for (const auto* value : {" x\r\nFrom: evil", " x\r\n\r\nbody", " x\n y", " x\r y", " x\r\n"}) {
    v1::Findings findings;
    add(findings, "DKIM-Signature", value);
    EXPECT_EQ(assembled(findings, "signer").error().kind, ErrorKind::malformed) << value;
  }
  v1::Findings findings;
  add(findings, "DKIM-Signature", " " + std::string(1000, 'x'));
  EXPECT_FALSE(assembled(findings, "signer"));
}

TEST(Assembly, RemovalIsByIndexAndByRight) {
  v1::Findings findings;
  findings.add_remove(1);
  const auto out = assembled(findings, "verifier").value();
  EXPECT_EQ(out.find("forged"), std::string::npos);
  EXPECT_TRUE(out.ends_with("\r\nFrom: a@b\r\nSubject: x\r\n\r\n"));
  EXPECT_EQ(assembled(findings, "signer").error().kind, ErrorKind::denied);
  findings.set_remove(0, 3);
  EXPECT_EQ(assembled(findings, "verifier").error().kind, ErrorKind::malformed);
  findings.set_remove(0, 0);
  EXPECT_EQ(assembled(findings, "verifier").error().kind, ErrorKind::denied);
}

TEST(Assembly, AMessageThatHasGoneRoundInCirclesIsStopped) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "Received: by h; x\r\n";
  EXPECT_TRUE(assembled({}, "signer", text + "\r\n"));
  EXPECT_EQ(assembled({}, "signer", text + "received: by h; x\r\n\r\n").error().kind, ErrorKind::unsupported);
}

}  // namespace
}  // namespace scop::relay
