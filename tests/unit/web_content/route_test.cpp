#include "web_content/route.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web_content/mta_sts_policy.hpp"

namespace scop::web_content {
namespace {

using testing::HasSubstr;

constexpr Time then{std::chrono::seconds(1'790'000'000)};

Site site_with(std::string_view more = "") {
  const auto text = "[web]\nimap = \"imap.example.org:993\"\n" + std::string(more);
  return {.settings = settings::read_web(*config::Document::parse(text, "scop.toml"), "mail.example.org"),
          .host = "mail.example.org",
          .domains = {"example.org", "second.test"}};
}

http::Request request(std::string_view method, std::string_view url, std::string_view body = "") {
  const auto target = *http::parse_target(method, url);
  http::Request made{.method = std::string(method), .target = target};
  made.authority = *target.authority;
  made.body = body;
  return made;
}

http::Response get(const Site& site, std::string_view url) { return route(site, request("GET", url), then); }

unsigned status(const Site& site, std::string_view url) { return get(site, url).status; }

std::string posted(std::string_view address, std::string_view schema) {
  return "<?xml version=\"1.0\"?><Autodiscover "
         "xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\"><Request>"
         "<EMailAddress>" +
         std::string(address) + "</EMailAddress><AcceptableResponseSchema>" + std::string(schema) +
         "</AcceptableResponseSchema></Request></Autodiscover>";
}

constexpr std::string_view schema =
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

TEST(PlaceOf, KnowsTheNamesOfEveryDomainAndNobodyElses) {
  const auto site = site_with();
  EXPECT_EQ(place_of(site, "mta-sts.second.test"), (Place{Role::mta_sts, "second.test"}));
  EXPECT_EQ(place_of(site, "example.org"), (Place{Role::domain, "example.org"}));
  EXPECT_EQ(place_of(site, "mail.example.org"), (Place{Role::mail_host, ""}));
  for (const auto* name : {"", "org", "mta-sts.", "mta-sts.mail.example.org", "www.example.org",
                           "xexample.org", "mta-sts.autoconfig.example.org", "127.0.0.1"}) {
    EXPECT_EQ(place_of(site, name), Place{}) << name;
  }
}

TEST(Route, ServesThePolicyAtItsNameAlone) {
  const auto site = site_with();
  const auto response = get(site, "https://mta-sts.example.org/.well-known/mta-sts.txt");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.type, "text/plain; charset=utf-8");
  EXPECT_EQ(response.body, policy_text(site.settings));
  EXPECT_EQ(status(site, "https://example.org/.well-known/mta-sts.txt"), 404U);
  EXPECT_EQ(status(site, "https://mta-sts.example.org/.WELL-KNOWN/mta-sts.txt"), 404U);
  EXPECT_EQ(status(site, "https://mta-sts.example.org/"), 404U);
  EXPECT_EQ(status(site, "https://mta-sts.example.net/.well-known/mta-sts.txt"), 421U);
}

TEST(Route, AnswersMethodsAsTheyShould) {
  const auto site = site_with();
  constexpr std::string_view policy = "https://mta-sts.example.org/.well-known/mta-sts.txt";
  EXPECT_EQ(route(site, request("HEAD", policy), then).status, 200U);
  EXPECT_EQ(route(site, request("OPTIONS", policy), then).status, 204U);
  const auto refused = route(site, request("POST", policy), then);
  EXPECT_EQ(refused.status, 405U);
  EXPECT_EQ(refused.fields.at(0), (http::Field{"Allow", "GET, HEAD, OPTIONS"}));
  EXPECT_EQ(route(site, request("get", policy), then).status, 405U) << "methods are case-sensitive";
  http::Request all{.method = "OPTIONS"};
  all.target.path = "*";
  EXPECT_EQ(route(site, all, then).status, 204U);
}

TEST(Route, ConfiguresThunderbird) {
  const auto site = site_with();
  const auto response =
      get(site, "https://autoconfig.second.test/mail/config-v1.1.xml?emailaddress=ann%40second.test");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.type, "text/xml; charset=utf-8");
  EXPECT_THAT(response.body, HasSubstr("<emailProvider id=\"second.test\">"));
  EXPECT_THAT(response.body, HasSubstr("<hostname>imap.example.org</hostname>\n      <port>993</port>"));
  EXPECT_EQ(
      response.body,
      get(site, "https://second.test/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=nobody").body)
      << "the same for everyone";
}

TEST(Route, NamesNoServerThatIsNotConfigured) {
  const auto site = site_with("submission = \"\"\n");
  EXPECT_THAT(get(site, "https://autoconfig.example.org/mail/config-v1.1.xml").body,
              testing::Not(HasSubstr("STARTTLS")));
  const auto in_clear = site_with();
  auto changed = in_clear;
  changed.settings.imap->port = 143;
  EXPECT_THAT(get(changed, "https://autoconfig.example.org/mail/config-v1.1.xml").body,
              HasSubstr("<port>143</port>\n      <socketType>STARTTLS</socketType>"));
  changed.settings.imap.reset();
  EXPECT_THAT(get(changed, "https://autoconfig.example.org/mail/config-v1.1.xml").body,
              testing::Not(HasSubstr("incomingServer")));
  EXPECT_EQ(status(changed, "https://autoconfig.example.org/email.mobileconfig?emailaddress=a@example.org"),
            404U);
}

TEST(Route, ConfiguresOutlookAtEveryNameThatItTries) {
  const auto site = site_with();
  for (const auto* url : {"https://autodiscover.example.org/autodiscover/autodiscover.xml",
                          "https://example.org/Autodiscover/Autodiscover.xml",
                          "https://mail.example.org/AUTODISCOVER/autodiscover.xml"}) {
    const auto response = route(site, request("POST", url, posted("ann@Example.org", schema)), then);
    EXPECT_EQ(response.status, 200U) << url;
    EXPECT_THAT(response.body, HasSubstr("<LoginName>ann@Example.org</LoginName>"));
    EXPECT_THAT(response.body, HasSubstr("<Type>IMAP</Type>"));
  }
}

TEST(Route, TellsOutlookWhatIsWrong) {
  const auto site = site_with();
  constexpr std::string_view url = "https://autodiscover.example.org/autodiscover/autodiscover.xml";
  const auto post = [&](std::string_view body) { return route(site, request("POST", url, body), then); };
  EXPECT_THAT(get(site, url).body, HasSubstr("<ErrorCode>600</ErrorCode>"));
  EXPECT_THAT(post(posted("", schema)).body, HasSubstr("<ErrorCode>600</ErrorCode>"));
  EXPECT_THAT(post(posted("ann@example.net", schema)).body, HasSubstr("<ErrorCode>601</ErrorCode>"));
  EXPECT_THAT(
      post(posted("ann@example.org", "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/2006"))
          .body,
      HasSubstr("<ErrorCode>601</ErrorCode>"));
  EXPECT_EQ(post("").status, 400U);
  EXPECT_EQ(post("<a/>").status, 400U);
  EXPECT_EQ(post("<!DOCTYPE a [<!ENTITY b \"c\">]><Autodiscover><Request/></Autodiscover>").status, 400U);
  EXPECT_EQ(post(posted("ann@example.org", std::string(1'000, 'x'))).status, 413U);
}

TEST(Route, TellsOutlookWhereToPost) {
  auto site = site_with();
  EXPECT_EQ(get(site,
                "https://autodiscover.example.org/autodiscover/"
                "autodiscover.json?Email=a%40b&Protocol=autodiscoverv1")
                .body,
            "{\"Protocol\":\"AutodiscoverV1\",\"Url\":\"https://autodiscover.example.org/Autodiscover/"
            "Autodiscover.xml\"}\n");
  site.port = 8443;
  EXPECT_THAT(get(site,
                  "https://mail.example.org/autodiscover/autodiscover.json/v1.0/"
                  "a@example.org?Protocol=AutodiscoverV1")
                  .body,
              HasSubstr("https://mail.example.org:8443/"));
  EXPECT_EQ(status(site, "https://example.org/autodiscover/autodiscover.json?Protocol=ActiveSync"), 400U);
}

TEST(Route, EscapesWhatTheClientSaid) {
  const auto site = site_with();
  const auto profile =
      get(site, "https://autoconfig.example.org/email.mobileconfig?emailaddress=%3Ca%26%22@example.org");
  EXPECT_EQ(profile.status, 200U);
  EXPECT_THAT(profile.body, HasSubstr("<string>&lt;a&amp;&quot;@example.org</string>"));
  EXPECT_EQ(profile.body,
            get(site, "https://autoconfig.example.org/email.mobileconfig?emailaddress=%3Ca%26%22@example.org")
                .body);
  for (const auto* address : {"", "example.org", "@example.org", "ann@second.test", "a%00b@example.org",
                              "%ff@example.org", "a%0db@example.org"}) {
    EXPECT_EQ(status(site, std::string("https://autoconfig.example.org/email.mobileconfig?emailaddress=") +
                               address),
              404U)
        << address;
  }
}

TEST(Route, TellsMatrixOnlyWhereConfigured) {
  EXPECT_EQ(status(site_with(), "https://example.org/.well-known/matrix/server"), 404U);
  const auto site = site_with(
      "matrix_server = \"matrix.example.org:443\"\nmatrix_client = \"https://matrix.example.org\"\n");
  const auto server = get(site, "https://example.org/.well-known/matrix/server");
  EXPECT_EQ(server.body, "{\"m.server\":\"matrix.example.org:443\"}\n");
  EXPECT_EQ(server.type, "application/json");
  EXPECT_THAT(server.fields, testing::Contains(http::Field{"Access-Control-Allow-Origin", "*"}));
  EXPECT_EQ(get(site, "https://second.test/.well-known/matrix/client").body,
            "{\"m.homeserver\":{\"base_url\":\"https://matrix.example.org\"}}\n");
  EXPECT_THAT(route(site, request("OPTIONS", "https://example.org/.well-known/matrix/client"), then).fields,
              testing::Contains(http::Field{"Access-Control-Allow-Origin", "*"}));
  EXPECT_EQ(status(site, "https://mta-sts.example.org/.well-known/matrix/server"), 404U);
}

TEST(Route, HasASecurityTxtWhereConfigured) {
  EXPECT_EQ(status(site_with(), "https://example.org/.well-known/security.txt"), 404U);
  EXPECT_EQ(get(site_with("security_contact = [\"mailto:a@example.org\"]\n"),
                "https://mail.example.org/.well-known/security.txt")
                .body,
            "Contact: mailto:a@example.org\nExpires: 2026-10-21T00:00:00Z\nCanonical: "
            "https://mail.example.org/.well-known/security.txt\n");
}

TEST(Redirect, GoesToHttpsForOurNamesAlone) {
  auto site = site_with();
  auto response =
      redirect(site, request("GET", "http://autodiscover.example.org/autodiscover/autodiscover.xml?a=b"));
  EXPECT_EQ(response.status, 302U);
  EXPECT_EQ(response.fields.at(0),
            (http::Field{"Location", "https://autodiscover.example.org/autodiscover/autodiscover.xml?a=b"}));
  site.port = 8443;
  response = redirect(site, request("GET", "http://example.org//evil.test/"));
  EXPECT_EQ(response.fields.at(0).value, "https://example.org:8443//evil.test/");
  EXPECT_EQ(redirect(site, request("GET", "http://evil.test/")).status, 404U);
}

}  // namespace
}  // namespace scop::web_content
