#include "signer/rules.hpp"

#include <gtest/gtest.h>

#include "parts.hpp"

namespace scop::signer {
namespace {

// The reply's code and enhanced code, or "" where the rule lets it through.
template <class T>
std::string code(const Ruled<T>& ruled) {
  if (ruled) return "";
  return std::to_string(ruled.error().reply.code()) + ' ' + ruled.error().reply.enhanced();
}

std::string submitted(std::string_view header, const grant::Grant& grant) {
  return code(check_submitted(message::parse_header(header).value(), grant));
}

TEST(Rules, let_each_caller_bring_its_own_role_alone) {
  for (const auto& caller : {"submission", "relay", "verifier", "courier", "receiver", "signer", ""}) {
    for (const auto role : {v1::ROLE_UNKNOWN, v1::ROLE_SUBMITTED, v1::ROLE_RECEIVED, v1::ROLE_BOUNCE,
                            v1::ROLE_FORWARD, v1::ROLE_REPORT}) {
      for (const auto& reverse_path : {"", "a@b"}) {
        v1::Envelope envelope;
        envelope.set_role(role);
        envelope.set_reverse_path(reverse_path);
        const bool submission = std::string_view(caller) == "submission" && role == v1::ROLE_SUBMITTED;
        const bool bounce =
            std::string_view(caller) == "relay" && role == v1::ROLE_BOUNCE && envelope.reverse_path().empty();
        const bool report = (std::string_view(caller) == "verifier" || std::string_view(caller) == "relay") &&
                            role == v1::ROLE_REPORT;
        const bool forward = std::string_view(caller) == "relay" && role == v1::ROLE_FORWARD;
        EXPECT_EQ(may_bring(caller, envelope), submission || bounce || report || forward)
            << caller << role << reverse_path;
      }
    }
  }
}

TEST(Rules, take_only_grants_of_accounts_for_this_edge_and_time) {
  const Accounts accounts;
  const auto& key = accounts.keys.public_key;
  EXPECT_EQ(code(check_grant(accounts.envelope(), "submission", key, noon)), "");
  EXPECT_EQ(code(check_grant(accounts.envelope(), "relay", key, noon)), "550 5.7.1");
  EXPECT_EQ(code(check_grant(accounts.envelope(), "submission", grant::make_keys().public_key, noon)),
            "550 5.7.1");
  EXPECT_EQ(code(check_grant(accounts.envelope(), "submission", key, noon + std::chrono::hours(2))),
            "451 4.7.0");
  auto none = accounts.envelope();
  none.clear_grant();
  EXPECT_EQ(code(check_grant(none, "submission", key, noon)), "550 5.7.1");
  auto changed = accounts.envelope();
  changed.mutable_grant()->at(10) ^= 1;
  EXPECT_EQ(code(check_grant(changed, "submission", key, noon)), "550 5.7.1");
}

TEST(Rules, hold_the_reverse_path_to_the_grant) {
  const Accounts accounts;
  const auto judged = [&](const char* path) {
    return code(check_grant(accounts.envelope(path), "submission", accounts.keys.public_key, noon));
  };
  EXPECT_EQ(judged("ann+lists@example.org"), "");
  EXPECT_EQ(judged("anyone@team.example.org"), "");
  EXPECT_EQ(judged("bob@example.org"), "550 5.7.1");
  EXPECT_EQ(judged(""), "");  // a read receipt; its From is held to the grant all the same
}

TEST(Rules, want_exactly_one_from_whose_every_mailbox_is_the_grant_s) {
  const Accounts accounts;
  for (const auto* good : {"From: ann@example.org\r\n", "From: Ann <ANN@Example.org>, x@team.example.org\r\n",
                           "From: \"A, B\" <ann+x@example.org>\r\nSender: ann@example.org\r\n"}) {
    EXPECT_EQ(submitted(good, accounts.grant), "") << good;
  }
  for (const auto* bad : {"From: bob@example.org\r\n", "From: ann@example.org, bob@example.org\r\n",
                          "From: Ann: ann@example.org, evil@example.net;\r\n",
                          "From: ann@example.org\r\nSender: bob@example.org\r\n",
                          "From: \"ann@example.org\" <bob@example.org>\r\n", "From: \"ann\"@evil.net\r\n"}) {
    EXPECT_EQ(submitted(bad, accounts.grant), "550 5.7.1") << bad;
  }
  for (const auto* wrong :
       {"", "To: x\r\n", "From: ann@example.org\r\nfrom: ann@example.org\r\n", "From: \r\n",
        "From: Ann:;\r\n", "From: ann@example.org <bob@example.org>\r\n", "From: <@a:ann@example.org>\r\n",
        "From: ann@example.org\r\nSender: ann@example.org\r\nSender: ann@example.org\r\n",
        "From: ann@example.org, \r\n", "From: ann@example.org\x01\r\n"}) {
    EXPECT_EQ(submitted(wrong, accounts.grant), "550 5.6.0") << wrong;
  }
}

TEST(Rules, take_bounces_of_the_postmaster_alone) {
  const auto judged = [](std::string_view header) {
    return code(check_bounce(message::parse_header(header).value(), "postmaster@example.org"));
  };
  constexpr std::string_view type =
      "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n";
  EXPECT_EQ(judged("From: Mail delivery <postmaster@example.org>\r\n" + std::string(type)), "");
  EXPECT_EQ(judged("From: <ann@example.org>\r\n" + std::string(type)), "550 5.7.1");
  EXPECT_EQ(judged("From: postmaster@example.org\r\nContent-Type: text/plain\r\n"), "550 5.7.1");
  EXPECT_EQ(judged("From: postmaster@example.org\r\nSender: ann@example.org\r\n" + std::string(type)),
            "550 5.7.1");
  EXPECT_EQ(judged("From: postmaster@example.org, ann@example.org\r\n" + std::string(type)), "550 5.7.1");
}

TEST(Rules, take_reports_of_the_domain_s_own_reporter_alone) {
  const auto judged = [](std::string_view header, std::string_view path) {
    return code(check_report(message::parse_header(header).value(), path, "postmaster@example.org"));
  };
  EXPECT_EQ(judged("From: DMARC <noreply-dmarc@example.org>\r\n", ""), "");
  EXPECT_EQ(judged("From: noreply-dmarc@example.org\r\n", "noreply-dmarc@example.org"), "");
  EXPECT_EQ(judged("From: postmaster@Example.org\r\n", "postmaster@example.org"), "");
  EXPECT_EQ(judged("From: ann@example.org\r\n", ""), "550 5.7.1");
  EXPECT_EQ(judged("From: noreply-dmarc@example.net\r\n", ""), "550 5.7.1");
  EXPECT_EQ(judged("From: noreply-dmarc@example.org\r\n", "ann@example.org"), "550 5.7.1");
  EXPECT_EQ(judged("From: noreply-dmarc@example.org, ann@example.org\r\n", ""), "550 5.7.1");
  EXPECT_EQ(judged("From: postmaster@example.org\r\nSender: ann@example.org\r\n", ""), "550 5.7.1");
}

TEST(Rules, take_tls_reports_of_their_own_reporter_alone) {
  const auto judged = [](std::string_view header, std::string_view path) {
    return code(check_tls_report(message::parse_header(header).value(), path, "postmaster@example.org"));
  };
  const std::string type = "Content-Type: multipart/report; report-type=\"tlsrpt\"; boundary=b\r\n";
  EXPECT_EQ(judged("From: <noreply-smtp-tls-reporting@example.org>\r\n" + type, ""), "");
  for (const auto* from : {"noreply-dmarc@example.org", "postmaster@example.org", "ann@example.org",
                           "noreply-smtp-tls-reporting@example.net",
                           "noreply-smtp-tls-reporting@example.org, ann@example.org"}) {
    EXPECT_EQ(judged("From: " + std::string(from) + "\r\n" + type, ""), "550 5.7.1") << from;
  }
  const std::string from = "From: noreply-smtp-tls-reporting@example.org\r\n";
  EXPECT_EQ(judged(from + type, "ann@example.org"), "550 5.7.1");
  EXPECT_EQ(judged(from + "Sender: ann@example.org\r\n" + type, ""), "550 5.7.1");
  EXPECT_EQ(judged(from + "Content-Type: text/plain\r\n", ""), "550 5.7.1");
}

TEST(Rules, name_domains_as_a_labels_each_once) {
  Accounts accounts;
  accounts.grant.send_as = {"@b\xc3\xbc.test", "@example.org"};
  const auto header =
      message::parse_header("From: a@b\xc3\xbc.test, b@EXAMPLE.org, c@example.org\r\n").value();
  EXPECT_EQ(check_submitted(header, accounts.grant).value(),
            (std::vector<std::string>{"xn--b-eha.test", "example.org"}));
}

}  // namespace
}  // namespace scop::signer
