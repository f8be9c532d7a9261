// Plays a server's part against a Session: the steps it must give, the octets it gets.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "smtp_client/session.hpp"

namespace scop::smtp_client {

inline constexpr std::string_view full_ehlo =
    "250-mx.test\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250 "
    "ENHANCEDSTATUSCODES\r\n";
inline constexpr std::string_view tls_ehlo = "250-mx.test\r\n250-STARTTLS\r\n250 PIPELINING\r\n";
inline constexpr std::string_view bare_ehlo = "250 mx.test\r\n";

inline Transaction to(std::vector<std::string> addresses) {
  Transaction transaction;
  transaction.reverse_path = *smtp::parse_mailbox("me@here.test");
  for (const auto& address : addresses)
    transaction.recipients.push_back({*smtp::parse_mailbox(address), 0, {}});
  return transaction;
}

inline Policy plain_policy() { return {.helo = "me.test", .tls = TlsPolicy::off}; }

// A session that has got the greeting and this reply to EHLO.
inline Session opened(std::string_view ehlo, Policy policy = plain_policy()) {
  Session session(std::move(policy));
  session.connected();
  EXPECT_EQ(session.received("220 hi\r\n").send, "EHLO me.test\r\n");
  EXPECT_EQ(session.received(ehlo).need, Need::ready);
  return session;
}

inline std::vector<Result> results(const Session& session) {
  std::vector<Result> out;
  for (const auto& recipient : session.report().recipients) out.push_back(recipient.result);
  return out;
}

}  // namespace scop::smtp_client
