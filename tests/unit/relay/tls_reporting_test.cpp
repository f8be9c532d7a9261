// TLS results from the courier to the report that its reader gets, over real tables.
#include "relay/tls_reporting.hpp"

#include "tls_report/incoming.hpp"
#include "world.hpp"

namespace scop::relay {
namespace {

using tls_report::Report;

class TlsReportingTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    neighbours_.courier = [this](const v1::AttemptEnvelope& envelope, const std::string&) {
      auto report = report_for(envelope, v1::RecipientReport::RELAYED, 250, "2.0.0");
      for (const auto& failure : failures_) *report.add_tls_sessions() = session(envelope.domain(), failure);
      return report;
    };
    neighbours_.signer = [this](v1::Envelope envelope,
                                std::string octets) -> Task<pipe::Result<v1::Receipt>> {
      mails_.push_back({std::move(envelope), std::move(octets)});
      co_return signer_says_;
    };
    neighbours_.web = [this](const v1::PostReportRequest& request) {
      posts_.push_back(request);
      v1::PostReportReply reply;
      reply.set_status(web_says_);
      return reply;
    };
    signer_says_.mutable_accepted()->set_queue_id("q");
  }

  static v1::TlsSession session(const std::string& domain, const std::string& failure) {
    v1::TlsSession one;
    one.set_policy_domain(domain);
    one.set_failure(failure);
    one.set_mx_host("mx." + domain);
    return one;
  }
  void want(const std::string& domain, const std::vector<std::string>& uris) {
    v1::ReportPolicy policy;
    policy.set_found(true);
    for (const auto& uri : uris) policy.add_uris(uri);
    neighbours_.report_policies[domain] = policy;
  }
  void deliver(const std::string& domain, v1::Role role = v1::ROLE_SUBMITTED) {
    const auto before = neighbours_.attempts.size();
    auto envelope = envelope_for({"x@" + domain});
    envelope.set_role(role);
    ASSERT_TRUE(pass_message(envelope)->has_accepted());
    ASSERT_TRUE(run_until([&] { return neighbours_.attempts.size() > before && queued() == 0; }));
  }
  v1::PendingReports pending() { return wait_for(world_->tls_reporting()->pending()).value(); }
  std::string state() {
    const auto reports = pending();
    return reports.reports_size() == 1 ? reports.reports(0).state() : std::to_string(reports.reports_size());
  }
  void send(bool now = true, const std::string& domain = {}) {
    const auto sent = wait_for(world_->tls_reporting()->send(now, domain));
    EXPECT_TRUE(sent) << sent.error().what;
  }
  static Report report_in(std::string_view octets) { return tls_report::reports_in(octets).value().at(0); }

  struct Mail {
    v1::Envelope envelope;
    std::string octets;
  };
  std::vector<std::string> failures_{""};
  std::vector<Mail> mails_;
  std::vector<v1::PostReportRequest> posts_;
  v1::Receipt signer_says_;
  std::uint32_t web_says_ = 200;
};

TEST_F(TlsReportingTest, SessionsOfADayBecomeOneReportByMailAndByPost) {
  want("there.example", {"mailto:tls@there.example", "https://there.example/in"});
  deliver("there.example");
  failures_ = {"starttls-not-supported", ""};
  deliver("there.example");
  EXPECT_EQ(state(), "collecting");
  EXPECT_EQ(pending().reports(0).messages(), 3U);
  send();
  EXPECT_EQ(state(), "sent");
  ASSERT_EQ(mails_.size(), 1U);
  const auto& envelope = mails_[0].envelope;
  EXPECT_EQ(envelope.role(), v1::ROLE_REPORT);
  EXPECT_EQ(envelope.reverse_path(), "");
  EXPECT_EQ(envelope.recipients(0).address(), "tls@there.example");
  const auto report = report_in(mails_[0].octets);
  ASSERT_EQ(report.policies.size(), 1U);
  EXPECT_EQ(report.policies[0].successes, 2U);
  EXPECT_EQ(report.policies[0].failures, 1U);
  EXPECT_EQ(report.policies[0].details.at(0).result_type, "starttls-not-supported");
  EXPECT_EQ(report.policies[0].details.at(0).receiving_mx_hostname, "mx.there.example");
  ASSERT_EQ(posts_.size(), 1U);
  EXPECT_EQ(posts_[0].content_type(), "application/tlsrpt+gzip");
  EXPECT_EQ(report_in(posts_[0].body()), report);
  send();
  EXPECT_EQ(mails_.size() + posts_.size(), 2U) << "nothing is sent twice";
}

TEST_F(TlsReportingTest, WhatIsNotDueStaysAndSurvivesACrash) {
  want("there.example", {"mailto:tls@there.example"});
  deliver("there.example");
  send(false);
  EXPECT_TRUE(mails_.empty());
  crash();
  open();
  EXPECT_EQ(pending().reports(0).messages(), 1U);
  send(true, "other.example");
  EXPECT_TRUE(mails_.empty());
  send(true, "There.Example");
  EXPECT_EQ(mails_.size(), 1U);
}

TEST_F(TlsReportingTest, ReportsAreNotReportedOn) {
  want("there.example", {"mailto:tls@there.example"});
  deliver("there.example", v1::ROLE_REPORT);
  EXPECT_EQ(pending().reports_size(), 0);
  deliver("there.example");
  EXPECT_EQ(pending().reports(0).messages(), 1U);
}

TEST_F(TlsReportingTest, WhoeverWantsNoneGetsNoneAndCostsNothing) {
  deliver("there.example");
  send();
  EXPECT_EQ(state(), "not wanted");
  EXPECT_EQ(pending().reports(0).messages(), 0U);
  EXPECT_TRUE(mails_.empty() && posts_.empty());
}

TEST_F(TlsReportingTest, ALookUpThatFailsIsTriedLater) {
  v1::ReportPolicy later;
  later.set_try_later(true);
  later.set_why("SERVFAIL");
  neighbours_.report_policies["there.example"] = later;
  deliver("there.example");
  send();
  EXPECT_EQ(state(), "waiting: SERVFAIL");
  want("there.example", {"mailto:tls@there.example"});
  send();
  EXPECT_EQ(state(), "sent");
}

TEST_F(TlsReportingTest, OnlyThoseWhoDidNotTakeItAreAskedAgainAlsoAfterACrash) {
  want("there.example", {"mailto:tls@there.example", "https://there.example/in"});
  deliver("there.example");
  web_says_ = 503;
  send();
  EXPECT_EQ(state(), "waiting: HTTP status 503");
  crash();
  open();
  web_says_ = 200;
  send();
  EXPECT_EQ(state(), "sent");
  EXPECT_EQ(mails_.size(), 1U);
  ASSERT_EQ(posts_.size(), 2U);
  EXPECT_EQ(posts_[0].body(), posts_[1].body()) << "the same report with the same id";
}

TEST_F(TlsReportingTest, OneThatTakesItIsEnoughAndNoneIsAFailure) {
  want("there.example", {"ftp://there.example/", "mailto:tls@there.example"});
  deliver("there.example");
  send();
  EXPECT_EQ(state(), "sent");
  want("there.example", {"https://there.example/in"});
  web_says_ = 404;
  deliver("there.example");
  send();
  EXPECT_EQ(state(), "failed: HTTP status 404");
}

TEST_F(TlsReportingTest, SessionsBehindAnEarlyReportMakeAnotherOne) {
  want("there.example", {"mailto:tls@there.example"});
  deliver("there.example");
  send();
  deliver("there.example");
  EXPECT_EQ(state(), "collecting");
  send();
  ASSERT_EQ(mails_.size(), 2U);
  EXPECT_EQ(tls_report::sessions_of(report_in(mails_[1].octets)), 1U);
}

TEST_F(TlsReportingTest, ADomainsDetailsAreBoundedButItsFailuresAllCount) {
  want("there.example", {"mailto:tls@there.example"});
  for (int batch = 0; batch < 4; ++batch) {
    neighbours_.courier = [&](const v1::AttemptEnvelope& envelope, const std::string&) {
      auto report = report_for(envelope, v1::RecipientReport::RELAYED, 250, "2.0.0");
      for (int i = 0; i < 50; ++i) {
        auto one = session(envelope.domain(), "validation-failure");
        one.set_reason(std::to_string(batch * 50 + i));
        *report.add_tls_sessions() = one;
      }
      return report;
    };
    deliver("there.example");
  }
  send();
  const auto report = report_in(mails_.at(0).octets);
  EXPECT_EQ(tls_report::sessions_of(report), 200U);
  EXPECT_EQ(report.policies.at(0).details.size(), 101U);
}

TEST_F(TlsReportingTest, SwitchedOffNothingIsCounted) {
  close();
  settings_.tls_reports = false;
  open();
  deliver("there.example");
  EXPECT_EQ(world_->tls_reporting(), nullptr);
  close();
  settings_.tls_reports = true;
  open();
  EXPECT_EQ(pending().reports_size(), 0);
}

TEST(TlsReportTime, IsWithinFourHoursOfTheDaysEndAndSpread) {
  std::set<std::int64_t> times;
  for (int i = 0; i < 100; ++i) {
    const auto due = TlsReporting::due_at("mail.our.example", std::to_string(i) + ".example", 20'000);
    EXPECT_GE(due, 20'001 * 86'400);
    EXPECT_LT(due, 20'001 * 86'400 + 4 * 3'600);
    times.insert(due / 600);
  }
  EXPECT_GT(times.size(), 15U);
}

}  // namespace
}  // namespace scop::relay
