#include "dns_update/update.hpp"

#include <gtest/gtest.h>
#include <ldns/ldns.h>

#include <memory>

#include "core/base64.hpp"

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

Update update() { return {"example.org", 300, {{"r._domainkey.example.org", std::string(400, 'p')}}}; }

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

TEST(Update, replaces_the_name_s_txt_set) {
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
  EXPECT_EQ(ldns_rr_rd_count(ldns_rr_list_rr(changes, 1)), 2U);  // 255 and 145
  EXPECT_EQ(ldns_rr_ttl(ldns_rr_list_rr(changes, 1)), 300U);
}

TEST(Update, refuses_names_outside_the_zone) {
  auto outside = update();
  outside.records.front().name = "r._domainkey.example.net";
  EXPECT_FALSE(encode_update(outside, nullptr, 1));
  outside.records.front().name = "a..b";
  EXPECT_FALSE(encode_update(outside, nullptr, 1));
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
  const auto second = encode_update({"example.org", 300, {}}, &ours, 7).value();
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
