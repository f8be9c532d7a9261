#include "web_content/autodiscover_request.hpp"

#include <gtest/gtest.h>

namespace scop::web_content {
namespace {

TEST(AutodiscoverRequest, IsReadWithAnyPrefixAndOrder) {
  const auto read = read_autodiscover_request(
      "<a:Autodiscover xmlns:a='urn:x'>\n <a:Request>\n  <a:Other>x</a:Other><a:AcceptableResponseSchema> s "
      "</a:AcceptableResponseSchema><a:EMailAddress>ann&amp;b@example.org</a:EMailAddress></a:Request></"
      "a:Autodiscover>");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (AutodiscoverRequest{"ann&b@example.org", "s"}));
}

TEST(AutodiscoverRequest, MayBeInAnotherEncoding) {
  std::string utf16("\xff\xfe", 2);
  for (const char c :
       std::string_view("<Autodiscover><Request><EMailAddress>a</EMailAddress></Request></Autodiscover>"))
    utf16 += {c, '\0'};
  EXPECT_EQ(read_autodiscover_request(utf16)->address, "a");
}

TEST(AutodiscoverRequest, HasNoDocumentType) {
  const auto bomb = read_autodiscover_request(
      "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>"
      "<Autodiscover><Request><EMailAddress>&c;</EMailAddress></Request></Autodiscover>");
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().kind, ErrorKind::malformed);
  EXPECT_FALSE(read_autodiscover_request(
      "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><Autodiscover><Request/></Autodiscover>"));
}

TEST(AutodiscoverRequest, IsBounded) {
  const auto kind = [](std::string_view xml) { return read_autodiscover_request(xml).error().kind; };
  std::string deep;
  for (int i = 0; i < 9; ++i) deep += "<a>";
  EXPECT_EQ(kind(deep), ErrorKind::too_large);
  std::string many = "<Autodiscover>";
  for (int i = 0; i < 64; ++i) many += "<a/>";
  EXPECT_EQ(kind(many), ErrorKind::too_large);
  EXPECT_EQ(kind("<a>" + std::string(600, 'x') + "</a>"), ErrorKind::too_large);
  EXPECT_EQ(kind(std::string(70'000, ' ') + "<a/>"), ErrorKind::too_large);
}

TEST(AutodiscoverRequest, IsNothingElse) {
  for (const auto* xml :
       {"", "x", "<", "<a/>", "<Autodiscover/>", "<Autodiscover><Request></Autodiscover>",
        "<Autodiscover><Request/></Autodiscover><b/>", "<x><Autodiscover><Request/></Autodiscover></x>",
        "<Autodiscover><Request>&x;</Request></Autodiscover>"}) {
    EXPECT_FALSE(read_autodiscover_request(xml)) << xml;
  }
}

}  // namespace
}  // namespace scop::web_content
