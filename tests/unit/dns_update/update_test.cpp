#include "dns_update/update.hpp"

#include <gtest/gtest.h>
#include <ldns/ldns.h>

#include <memory>

#include "core/base64.hpp"
#include "dns/rdata.hpp"

namespace scop::dns_update {
namespace {

using Packet = std::unique_ptr<ldns_pkt, decltype(&ldns_pkt_free)>;

Packet parsed(std::string_view octets) {
  ldns_pkt* packet = nullptr;
  ldns_wire2pkt(&packet, reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
  return {packet, ldns_pkt_free};
}

std::string wire_of(const Packet& packet) {
  std::uint8_t* wire = nullptr;
  std::size_t length = 0;
  ldns_pkt2wire(&wire, packet.get(), &length);
  std::string octets(reinterpret_cast<const char*>(wire), length);
  LDNS_FREE(wire);
  return octets;
}

TsigKey key(std::string name = "scop-signer", char fill = 'k') {
  return {std::move(name), Secret(std::string(32, fill))};
}

Update update() {
  return {
      "example.org",
      {},
      replace("r._domainkey.example.org", dns::Type::txt, 300, {dns::txt_to_rdata(std::string(400, 'p'))})};
}

// What a primary answers: the same id, QR, the code, and TSIG over the request's MAC.
std::string answer(const EncodedUpdate& request, ldns_pkt_rcode rcode, const TsigKey* with) {
  const Packet packet(ldns_pkt_new(), ldns_pkt_free);
  ldns_pkt_set_id(packet.get(), request.id);
  ldns_pkt_set_qr(packet.get(), true);
  ldns_pkt_set_opcode(packet.get(), LDNS_PACKET_UPDATE);
  ldns_pkt_set_rcode(packet.get(), rcode);
  if (with != nullptr) {
    ldns_rdf* mac = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_INT16_DATA, request.mac.size(), request.mac.data());
    ldns_pkt_tsig_sign(packet.get(), with->name.c_str(), to_base64(with->secret.reveal()).c_str(), 300,
                       "hmac-sha256.", mac);
    ldns_rdf_deep_free(mac);
  }
  return wire_of(packet);
}

TEST(Update, replaces_a_set_by_removing_it_and_adding_records) {
  const auto encoded = encode_update(update(), nullptr, 0x1234);
  ASSERT_TRUE(encoded);
  const auto packet = parsed(encoded->octets);
  ASSERT_TRUE(packet);
  EXPECT_EQ(ldns_pkt_id(packet.get()), 0x1234);
  EXPECT_EQ(ldns_pkt_get_opcode(packet.get()), LDNS_PACKET_UPDATE);
  const auto* changes = ldns_pkt_authority(packet.get());
  ASSERT_EQ(ldns_rr_list_rr_count(changes), 2U);
  EXPECT_EQ(ldns_rr_get_class(ldns_rr_list_rr(changes, 0)), LDNS_RR_CLASS_ANY);
  EXPECT_EQ(ldns_rr_rd_count(ldns_rr_list_rr(changes, 0)), 0U);
  EXPECT_EQ(ldns_rr_rd_count(ldns_rr_list_rr(changes, 1)), 2U);  // strings of 255 and 145
  EXPECT_EQ(ldns_rr_ttl(ldns_rr_list_rr(changes, 1)), 300U);
}

TEST(Update, refuses_names_outside_the_zone) {
  auto outside = update();
  for (const auto* name : {"r._domainkey.example.net", "a..b", "org", "xexample.org"}) {
    outside.changes.front().name = name;
    EXPECT_FALSE(encode_update(outside, nullptr, 1)) << name;
    auto wanted = update();
    wanted.prerequisites = {{Prerequisite::Kind::absent, name, dns::Type::mx, {}}};
    EXPECT_FALSE(encode_update(wanted, nullptr, 1)) << name;
  }
  auto apex = update();
  apex.changes = {add("Example.ORG.", dns::Type::mx, 60, dns::to_rdata(dns::Mx{0, "."}).value())};
  EXPECT_TRUE(encode_update(apex, nullptr, 1));
}

TEST(Update, says_each_kind_of_change_and_prerequisite_as_rfc_2136_does) {
  using Kind = Prerequisite::Kind;
  const auto mx = dns::to_rdata(dns::Mx{10, "mail.example.org"}).value();
  Update all;
  all.zone = "example.org";
  all.prerequisites = {{Kind::exists, "a.example.org", dns::Type::mx, {}},
                       {Kind::absent, "b.example.org", dns::Type::mx, {}},
                       {Kind::equals, "c.example.org", dns::Type::mx, {mx, mx}},
                       {Kind::name_in_use, "d.example.org", {}, {}},
                       {Kind::name_free, "e.example.org", {}, {}}};
  all.changes = {add("f.example.org", dns::Type::mx, 60, mx),
                 remove("g.example.org", dns::Type::mx, mx),
                 remove_set("h.example.org", dns::Type::mx),
                 {Change::Kind::remove_name, "i.example.org", {}, 0, {}}};
  const auto packet = parsed(encode_update(all, nullptr, 1).value().octets);
  ASSERT_TRUE(packet);
  std::string seen;
  for (const auto* section : {ldns_pkt_answer(packet.get()), ldns_pkt_authority(packet.get())}) {
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(section); ++i) {
      const auto* rr = ldns_rr_list_rr(section, i);
      std::string owner(reinterpret_cast<const char*>(ldns_rdf_data(ldns_rr_owner(rr))), 2);
      seen += owner.substr(1) + " " + std::to_string(ldns_rr_get_class(rr)) + " " +
              std::to_string(ldns_rr_get_type(rr)) + " " + std::to_string(ldns_rr_ttl(rr)) + " " +
              std::to_string(ldns_rr_rd_count(rr)) + "\n";
    }
  }
  EXPECT_EQ(seen,
            "a 255 15 0 0\nb 254 15 0 0\nc 1 15 0 2\nc 1 15 0 2\nd 255 255 0 0\ne 254 255 0 0\n"
            "f 1 15 60 2\ng 254 15 0 2\nh 255 15 0 0\ni 255 255 0 0\n");
}

TEST(Update, trusts_an_answer_signed_with_the_same_key_over_this_request) {
  const auto ours = key();
  const auto request = encode_update(update(), &ours, 7).value();
  EXPECT_EQ(decode_response(answer(request, LDNS_RCODE_NOERROR, &ours), request, &ours, now()).value(), 0U);
  EXPECT_EQ(name_of_rcode(
                decode_response(answer(request, LDNS_RCODE_REFUSED, nullptr), request, &ours, now()).value()),
            "REFUSED");
}

TEST(Update, does_not_trust_an_answer_signed_otherwise) {
  const auto ours = key();
  const auto request = encode_update(update(), &ours, 7).value();
  const auto refused = [&](std::string_view octets, Time when = now()) {
    const auto code = decode_response(octets, request, &ours, when);
    return !code && code.error().kind == ErrorKind::denied;
  };
  EXPECT_TRUE(refused(answer(request, LDNS_RCODE_NOERROR, nullptr)));
  const auto other = key("scop-signer", 'x');
  EXPECT_TRUE(refused(answer(request, LDNS_RCODE_NOERROR, &other)));
  const auto renamed = key("other", 'k');
  EXPECT_TRUE(refused(answer(request, LDNS_RCODE_NOERROR, &renamed)));
  const auto second = encode_update({"example.org", {}, {}}, &ours, 7).value();
  EXPECT_TRUE(refused(answer(second, LDNS_RCODE_NOERROR, &ours)));  // the MAC covers another request's
  const auto good = answer(request, LDNS_RCODE_NOERROR, &ours);
  EXPECT_TRUE(refused(good, now() + std::chrono::minutes(6)));
  EXPECT_FALSE(refused(good, now() + std::chrono::minutes(4)));
}

TEST(Update, refuses_what_is_no_answer_to_this_update) {
  const auto request = encode_update(update(), nullptr, 7).value();
  auto other = request;
  other.id = 8;
  for (const auto& octets : {std::string(), std::string("x"), std::string(12, '\0'), request.octets,
                             answer(other, LDNS_RCODE_NOERROR, nullptr)}) {
    const auto code = decode_response(octets, request, nullptr, now());
    EXPECT_TRUE(!code && code.error().kind == ErrorKind::malformed);
  }
}

}  // namespace
}  // namespace scop::dns_update
