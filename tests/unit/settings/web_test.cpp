#include "settings/web.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scop::settings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Read {
  Web web;
  std::vector<std::string> problems;
};

Read read(std::string_view text) {
  const auto document = *config::Document::parse(text, "/i/scop.toml");
  Read out;
  out.web = read_web(document, "mail.example.org");
  out.problems = document.problems_and_unknown_keys({"web"});
  return out;
}

TEST(WebSettings, AreGoodWithoutAnyKeyAndServeNothing) {
  const auto [web, problems] = read("");
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_THAT(web.listen, IsEmpty());
  EXPECT_THAT(web.pairs, ElementsAre(WebPair{"/i/tls/web-cert.pem", "/i/tls/web-key.pem"}));
  EXPECT_EQ(web.mta_sts, StsMode::testing);
  EXPECT_THAT(web.mta_sts_mx, ElementsAre("mail.example.org"));
  EXPECT_EQ(web.imap, std::nullopt);
  EXPECT_EQ(web.submissions, (MailServer{"mail.example.org", 465}));
  EXPECT_EQ(web.submission, (MailServer{"mail.example.org", 587}));
}

TEST(WebSettings, ReadEverything) {
  const auto [web, problems] = read(R"(
[web]
listen = ["0.0.0.0:443", "[::]:443"]
listen_http = ["0.0.0.0:80"]
certificate = "/etc/a.pem"
key = "/etc/a.key"
mta_sts = "enforce"
mta_sts_max_age = "4w"
mta_sts_mx = ["mx1.example.org", "*.mx.example.org"]
imap = "imap.example.org:993"
submission = ""
matrix_server = "matrix.example.org:443"
matrix_client = "https://matrix.example.org"
security_contact = ["mailto:security@example.org"]
[[web.pair]]
certificate = "b.pem"
key = "b.key"
)");
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_THAT(web.pairs, ElementsAre(WebPair{"/etc/a.pem", "/etc/a.key"}, WebPair{"/i/b.pem", "/i/b.key"}));
  EXPECT_EQ(web.mta_sts, StsMode::enforce);
  EXPECT_EQ(web.mta_sts_max_age.count(), 4 * 7 * 86'400);
  EXPECT_EQ(web.imap, (MailServer{"imap.example.org", 993}));
  EXPECT_EQ(web.submission, std::nullopt);
}

TEST(WebSettings, NameWhatIsWrong) {
  for (const auto* line :
       {"listen = [\"443\"]", "mta_sts = \"on\"", "mta_sts_max_age = \"2000d\"", "mta_sts_max_age = \"0s\"",
        "mta_sts_mx = []", "mta_sts_mx = [\"*.*.example.org\"]", "mta_sts_mx = [\"a b\"]", "imap = \"imap\"",
        "imap = \"imap.example.org:0\"", "submission = \"a b:587\"", "matrix_server = \"a\\\"b\"",
        "matrix_client = \"http://matrix.example.org\"", "security_contact = [\"ann\"]", "proxy = [\"host\"]",
        "connections = 0", "idle_timeout = \"0s\"", "lisen = []"}) {
    EXPECT_THAT(read(std::string("[web]\n") + line + "\n").problems, testing::SizeIs(1)) << line;
  }
  EXPECT_FALSE(read("[[web.pair]]\ncertificate = \"a.pem\"\n").problems.empty());
}

}  // namespace
}  // namespace scop::settings
