#include "spamfilter/checkv2.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace scop::spamfilter {
namespace {

namespace json = boost::json;

TEST(CheckRequests, AreReadFromHeaders) {
  CheckRequest request;
  take_header(request, "ip", " 192.0.2.1 ");
  take_header(request, "HELO", "mx.example");
  take_header(request, "From", "<a@example.org>");
  take_header(request, "Rcpt", "b@example.net");
  take_header(request, "rcpt", "<c@example.net>");
  take_header(request, "Queue-Id", "4ABC\r\n");
  take_header(request, "Settings-ID", "x");
  EXPECT_EQ(request.ip, "192.0.2.1");
  EXPECT_EQ(request.helo, "mx.example");
  EXPECT_EQ(request.from, "a@example.org");
  EXPECT_EQ(request.rcpt, (std::vector<std::string>{"b@example.net", "c@example.net"}));
  EXPECT_EQ(request.queue_id, "4ABC");
}

TEST(CheckActions, RefuseOnlyWhereAllRecipientsDo) {
  Ruling ruling;
  EXPECT_EQ(action_of(ruling, 1), "no action");
  ruling.flagged = true;
  EXPECT_EQ(action_of(ruling, 1), "add header");
  auto& refusal = ruling.dispositions.emplace_back();
  refusal.set_address("a@x");
  refusal.set_kind(v1::Disposition::REFUSE);
  EXPECT_EQ(action_of(ruling, 1), "reject");
  EXPECT_EQ(action_of(ruling, 2), "add header");
  EXPECT_EQ(action_of(ruling, 0), "add header");
}

TEST(CheckScores, AreOnRspamdsScale) {
  EXPECT_DOUBLE_EQ(rspamd_score(0, 0.8), 0);
  EXPECT_DOUBLE_EQ(rspamd_score(0.8, 0.8), 6);
  EXPECT_DOUBLE_EQ(rspamd_score(1, 0.8), 15);
  EXPECT_DOUBLE_EQ(rspamd_score(1, settings::SpamThresholds::never), 15);
}

TEST(CheckAnswers, AreJsonWhateverTheMessageHolds) {
  Case found;
  found.common = {.label = bayes::Label::spam, .score = 0.9, .reasons = {{"\xff\"\\", 0.99}}};
  found.findings = {{attachments::Kind::double_extension, "\xff.pdf.exe", "a\"b"}};
  found.virus = "V\"irus";
  const auto ruling = rule(found, {});
  const auto text = json_of({.found = found,
                             .ruling = ruling,
                             .header = "Message-ID: <\xff@\"x>\r\nX-Spam-Flag: NO\r\n\r\n",
                             .foreign_fields = 1,
                             .seconds = 0.001});
  const auto answer = json::parse(text).as_object();
  EXPECT_TRUE(answer.at("symbols").as_object().contains("BAYES_SPAM"));
  EXPECT_TRUE(answer.at("symbols").as_object().contains("SCOP_ATTACHMENT_DOUBLE_EXTENSION"));
  EXPECT_TRUE(answer.at("symbols").as_object().contains("CLAM_VIRUS"));
  const auto& milter = answer.at("milter").as_object();
  EXPECT_EQ(milter.at("add_headers").at("X-Spam-Flag").at("value"), "YES");
  EXPECT_EQ(milter.at("remove_headers").at("X-Spam-Flag"), 0);
  EXPECT_EQ(answer.at("action"), "add header");
}

}  // namespace
}  // namespace scop::spamfilter
