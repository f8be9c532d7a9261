#include "dns_update/query.hpp"

#include <gtest/gtest.h>
#include <ldns/ldns.h>

#include <memory>

#include "dns/rdata.hpp"

namespace scop::dns_update {
namespace {

using Packet = std::unique_ptr<ldns_pkt, decltype(&ldns_pkt_free)>;

constexpr std::uint16_t id = 0x4711;
const Query mx_query{.question = {"Example.org", dns::Type::mx}, .recursion_desired = false};

struct Told {
  std::vector<const char*> answers;
  std::vector<const char*> authority;
  const char* asked = "example.org. IN MX";
  std::uint16_t told_id = id;
  ldns_pkt_rcode rcode = LDNS_RCODE_NOERROR;
  bool authentic = false;
};

ldns_rr* record(const char* text) {
  ldns_rr* made = nullptr;
  EXPECT_EQ(ldns_rr_new_frm_str(&made, text, 0, nullptr, nullptr), LDNS_STATUS_OK) << text;
  return made;
}

std::string answer(const Told& told) {
  const Packet packet(ldns_pkt_new(), ldns_pkt_free);
  ldns_pkt_set_id(packet.get(), told.told_id);
  ldns_pkt_set_qr(packet.get(), true);
  ldns_pkt_set_aa(packet.get(), true);
  ldns_pkt_set_ad(packet.get(), told.authentic);
  ldns_pkt_set_rcode(packet.get(), told.rcode);
  if (told.asked != nullptr) {
    ldns_rr* question = nullptr;
    EXPECT_EQ(ldns_rr_new_question_frm_str(&question, told.asked, nullptr, nullptr), LDNS_STATUS_OK);
    ldns_pkt_push_rr(packet.get(), LDNS_SECTION_QUESTION, question);
  }
  for (const auto* text : told.answers) ldns_pkt_push_rr(packet.get(), LDNS_SECTION_ANSWER, record(text));
  for (const auto* text : told.authority)
    ldns_pkt_push_rr(packet.get(), LDNS_SECTION_AUTHORITY, record(text));
  std::uint8_t* wire = nullptr;
  std::size_t length = 0;
  ldns_pkt2wire(&wire, packet.get(), &length);
  std::string octets(reinterpret_cast<const char*>(wire), length);
  LDNS_FREE(wire);
  return octets;
}

TEST(Query, asks_one_question_with_do_and_ad) {
  const auto octets = encode_query(mx_query, id).value();
  ldns_pkt* read = nullptr;
  ASSERT_EQ(ldns_wire2pkt(&read, reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()),
            LDNS_STATUS_OK);
  const Packet packet(read, ldns_pkt_free);
  EXPECT_EQ(ldns_pkt_id(read), id);
  EXPECT_FALSE(ldns_pkt_rd(read));
  EXPECT_TRUE(ldns_pkt_ad(read));
  EXPECT_TRUE(ldns_pkt_edns_do(read));
  EXPECT_FALSE(encode_query({.question = {"a..b", dns::Type::mx}}, id));
}

TEST(Query, reads_records_the_smallest_ttl_and_whether_they_are_signed) {
  const auto reply = decode_reply(
      answer(
          {.answers = {"example.org. 300 IN MX 10 a.example.org.", "EXAMPLE.org. 200 IN MX 20 b.example.org.",
                       "other.org. 1 IN MX 1 c.example.org.",
                       "example.org. 300 IN RRSIG MX 13 2 300 20300101000000 20200101000000 1 example.org. "
                       "AAAA"},
           .authentic = true}),
      mx_query, id);
  ASSERT_TRUE(reply) << reply.error().what;
  EXPECT_EQ(reply->records, (std::vector{dns::to_rdata(dns::Mx{10, "a.example.org"}).value(),
                                         dns::to_rdata(dns::Mx{20, "b.example.org"}).value()}));
  EXPECT_EQ(reply->ttl, 200U);
  EXPECT_TRUE(reply->has_signature);
  EXPECT_TRUE(reply->authentic);
  EXPECT_TRUE(reply->authoritative);
  EXPECT_EQ(reply->canonical_name, "example.org");
}

TEST(Query, follows_the_answer_s_aliases_and_no_loop) {
  const Query address{.question = {"www.example.org", dns::Type::a}};
  Told told{
      .answers = {"www.example.org. 60 IN CNAME mail.example.org.", "mail.example.org. 60 IN A 192.0.2.1"},
      .asked = "www.example.org. IN A"};
  const auto reply = decode_reply(answer(told), address, id);
  EXPECT_EQ(reply->canonical_name, "mail.example.org");
  EXPECT_EQ(reply->records.size(), 1U);
  told.answers = {"www.example.org. 60 IN CNAME mail.example.org.",
                  "mail.example.org. 60 IN CNAME www.example.org."};
  EXPECT_TRUE(decode_reply(answer(told), address, id)->records.empty());
}

TEST(Query, tells_how_long_nothing_holds) {
  const auto reply = decode_reply(
      answer({.authority = {"example.org. 900 IN SOA ns.example.org. host.example.org. 1 2 3 4 60"}}),
      mx_query, id);
  EXPECT_EQ(reply->negative_ttl, 60U);
  const auto referral =
      decode_reply(answer({.authority = {"example.org. 900 IN NS ns.example.net."}}), mx_query, id);
  EXPECT_EQ(referral->name_servers, std::vector<std::string>{"ns.example.net"});
}

TEST(Query, refuses_what_is_no_answer_to_it) {
  for (const auto& octets :
       {std::string(), std::string("x"), std::string(12, '\0'), encode_query(mx_query, id).value(),
        answer({.told_id = 1}), answer({.asked = "example.org. IN A"}),
        answer({.asked = "example.net. IN MX"}), answer({.asked = nullptr})}) {
    EXPECT_FALSE(decode_reply(octets, mx_query, id));
  }
  EXPECT_EQ(decode_reply(answer({.asked = nullptr, .rcode = LDNS_RCODE_REFUSED}), mx_query, id)->rcode,
            dns::Rcode::refused);
}

}  // namespace
}  // namespace scop::dns_update
