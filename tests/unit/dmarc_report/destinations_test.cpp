#include "dmarc_report/destinations.hpp"

#include <gtest/gtest.h>

#include "dns/rdata.hpp"

namespace scop::dmarc_report {
namespace {

dns::Answer txt(const std::string& text) {
  return {.rcode = dns::Rcode::no_error, .records = {dns::txt_to_rdata(text)}};
}
const dns::Answer nothing{.rcode = dns::Rcode::nx_domain};
const dns::Question asked{"example.com._report._dmarc.other.example", dns::Type::txt};

TEST(DestinationsTest, inside_the_organization_nobody_is_asked) {
  const Destinations destinations(
      "mail.example.com", "example.com",
      {{"mailto:a@example.com", 5}, {"mailto:b%2Bc@sub.example.com?subject=x", {}}});
  EXPECT_TRUE(destinations.done());
  EXPECT_EQ(destinations.allowed(),
            (std::vector<Destination>{{"a@example.com", 5}, {"b+c@sub.example.com", {}}}));
}

TEST(DestinationsTest, strangers_must_agree) {
  Destinations destinations("example.com", "", {{"mailto:a@other.example", {}}});
  EXPECT_EQ(destinations.wanted(), std::vector{asked});
  auto refused = destinations;
  refused.answer(asked, nothing);
  EXPECT_TRUE(refused.allowed().empty());
  EXPECT_FALSE(refused.refused().at(0).temporary);
  auto unrelated = destinations;
  unrelated.answer(asked, txt("v=spf1 -all"));
  EXPECT_TRUE(unrelated.allowed().empty());
  auto failing = destinations;
  failing.answer(asked, {});
  EXPECT_TRUE(failing.refused().at(0).temporary);
  destinations.answer(asked, txt("v=DMARC1"));
  EXPECT_TRUE(destinations.done());
  EXPECT_EQ(destinations.allowed().at(0).address, "a@other.example");
}

TEST(DestinationsTest, an_authorization_may_name_another_address_of_its_host) {
  Destinations same("example.com", "", {{"mailto:a@other.example", {}}});
  same.answer(asked, txt("v=DMARC1; rua=mailto:b@other.example"));
  EXPECT_EQ(same.allowed().at(0).address, "b@other.example");
  Destinations foreign("example.com", "", {{"mailto:a@other.example", {}}});
  foreign.answer(asked, txt("v=DMARC1; rua=mailto:victim@third.example"));
  EXPECT_EQ(foreign.allowed().at(0).address, "a@other.example");
}

TEST(DestinationsTest, what_is_no_usable_address_is_refused) {
  const Destinations destinations("example.com", "",
                                  {{"https://example.com/x", {}},
                                   {"mailto:a@[192.0.2.1]", {}},
                                   {"mailto:a%0Db@example.com", {}},
                                   {"mailto:a%@example.com", {}},
                                   {"mailto:a%2", {}},
                                   {"mailto:@example.com", {}},
                                   {"mailto:a@", {}},
                                   {"mailto:a@example.com.", {}}});
  EXPECT_TRUE(destinations.allowed().empty());
  EXPECT_EQ(destinations.refused().size(), 8U);
}

TEST(DestinationsTest, their_number_is_bounded) {
  std::vector<dmarc::ReportUri> many;
  for (int i = 0; i < 20; ++i) many.push_back({"mailto:a@x" + std::to_string(i) + ".example", {}});
  EXPECT_EQ(Destinations("example.com", "", many).wanted().size(), most_destinations);
}

}  // namespace
}  // namespace scop::dmarc_report
