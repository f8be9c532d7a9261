#include "guests/blocklists.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scop::guests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

dns::Answer answer(std::vector<std::string> addresses, dns::Rcode rcode = dns::Rcode::no_error) {
  dns::Answer made;
  made.rcode = rcode;
  for (const auto& address : addresses) made.records.push_back(dns::Address::from_text(address)->octets());
  return made;
}

Blocklists lists_for(const char* client) {
  return {*dns::Address::from_text(client), {{"zen.example", 10}, {"bl.example", 4}, {"other.example", 5}}};
}

TEST(Blocklists, ask_each_list_for_the_reversed_address) {
  EXPECT_THAT(lists_for("192.0.2.99").wanted(),
              ElementsAre(dns::Question{"99.2.0.192.zen.example", dns::Type::a},
                          dns::Question{"99.2.0.192.bl.example", dns::Type::a},
                          dns::Question{"99.2.0.192.other.example", dns::Type::a}));
  EXPECT_EQ(lists_for("2001:db8::1").wanted().front().name,
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.zen.example");
}

TEST(Blocklists, add_the_scores_of_those_that_list_the_client) {
  auto lists = lists_for("192.0.2.99");
  const auto questions = lists.wanted();
  lists.answer(questions[2], answer({"127.0.0.2"}));
  lists.answer(questions[1], answer({"127.0.0.4", "127.0.0.11"}));
  EXPECT_FALSE(lists.done());
  lists.answer(questions[0], answer({}, dns::Rcode::nx_domain));
  EXPECT_TRUE(lists.done());
  EXPECT_EQ(lists.score(), 9U);
  EXPECT_THAT(lists.observations(), ElementsAre("dnsbl:bl.example", "dnsbl:other.example"));
  EXPECT_THAT(lists.errors(), IsEmpty());
}

TEST(Blocklists, take_no_answer_outside_127_8_for_a_listing) {
  for (const auto* address : {"192.0.2.1", "0.0.0.0", "128.0.0.2"}) {
    EXPECT_EQ(read_list_answer(answer({address})).listing, Listing::error) << address;
    EXPECT_EQ(read_list_answer(answer({"127.0.0.2", address})).listing, Listing::error) << address;
  }
}

TEST(Blocklists, take_127_255_255_for_an_error) {
  for (const auto* address : {"127.255.255.252", "127.255.255.254", "127.255.255.255", "127.255.255.0"})
    EXPECT_EQ(read_list_answer(answer({address})).listing, Listing::error) << address;
  EXPECT_EQ(read_list_answer(answer({"127.255.254.1"})).listing, Listing::listed);
}

TEST(Blocklists, take_timeouts_failures_and_silence_for_no_listing) {
  auto lists = lists_for("192.0.2.99");
  const auto questions = lists.wanted();
  lists.answer(questions[0], answer({}, dns::Rcode::serv_fail));
  lists.answer(questions[1], answer({}, dns::Rcode::refused));
  EXPECT_EQ(lists.score(), 0U);
  EXPECT_THAT(lists.observations(), IsEmpty());
  EXPECT_THAT(lists.errors(), ElementsAre("zen.example: SERVFAIL", "bl.example: REFUSED",
                                          "other.example: no answer in time"));
}

TEST(Blocklists, without_records_list_nobody) {
  EXPECT_EQ(read_list_answer(answer({})).listing, Listing::not_listed);
}

TEST(Blocklists, that_answer_with_garbage_are_an_error) {
  dns::Answer made = answer({});
  made.records.emplace_back("\x7f", 1);
  EXPECT_EQ(read_list_answer(made).listing, Listing::error);
}

}  // namespace
}  // namespace scop::guests
