// Binds ldns, a C library.
#include "dns/reply.hpp"

#include <ldns/ldns.h>

#include <memory>

namespace scop::dns {

namespace {

struct FreedPacket {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};
using Packet = std::unique_ptr<ldns_pkt, FreedPacket>;

Packet parse(std::string_view octets) {
  ldns_pkt* packet = nullptr;
  const std::string copy(octets);
  // ldns reads only; it takes unsigned char.
  const auto* start = reinterpret_cast<const std::uint8_t*>(copy.data());
  if (ldns_wire2pkt(&packet, start, copy.size()) != LDNS_STATUS_OK) return nullptr;
  return Packet(packet);
}

bool is_for_validators(ldns_rr_type type, Type asked) {
  if (static_cast<unsigned>(type) == static_cast<unsigned>(asked)) return false;
  return type == LDNS_RR_TYPE_RRSIG || type == LDNS_RR_TYPE_NSEC || type == LDNS_RR_TYPE_NSEC3;
}

// Moves the records that the asker shall see from one section to `to`.
void copy_section(const ldns_rr_list* from, const Query& query, ldns_pkt* to, ldns_pkt_section section) {
  for (std::size_t i = 0; from != nullptr && i < ldns_rr_list_rr_count(from); ++i) {
    const ldns_rr* record = ldns_rr_list_rr(from, i);
    const auto type = ldns_rr_get_type(record);
    if (type == LDNS_RR_TYPE_OPT || (!query.dnssec_ok && is_for_validators(type, query.type))) continue;
    ldns_pkt_push_rr(to, section, ldns_rr_clone(record));
  }
}

void set_header(const Query& query, const ldns_pkt* from, bool secure, ldns_pkt* to) {
  ldns_pkt_set_id(to, query.id);
  ldns_pkt_set_qr(to, true);
  ldns_pkt_set_ra(to, true);
  ldns_pkt_set_rd(to, query.recursion_desired);
  ldns_pkt_set_cd(to, query.checking_disabled);
  ldns_pkt_set_ad(to, secure && (query.dnssec_ok || query.authentic_data));
  ldns_pkt_set_rcode(to, static_cast<std::uint8_t>(ldns_pkt_get_rcode(from)));
  if (!query.edns) return;
  ldns_pkt_set_edns_udp_size(to, most_udp_reply);
  ldns_pkt_set_edns_do(to, query.dnssec_ok);
}

std::string serialise(const ldns_pkt* packet) {
  std::uint8_t* octets = nullptr;
  std::size_t size = 0;
  if (ldns_pkt2wire(&octets, packet, &size) != LDNS_STATUS_OK) return {};
  std::string out(reinterpret_cast<const char*>(octets), size);
  free(octets);  // NOLINT: ldns allocates with malloc
  return out;
}

}  // namespace

std::string fit_reply(const Query& query, std::string_view packet, bool secure, std::size_t most) {
  const Packet from = parse(packet);
  const Packet to(ldns_pkt_new());
  const Packet asked = parse(empty_reply(query, Rcode::no_error));
  if (!from || !to || !asked) return empty_reply(query, Rcode::serv_fail);
  set_header(query, from.get(), secure, to.get());
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(ldns_pkt_question(asked.get())); ++i) {
    ldns_pkt_push_rr(to.get(), LDNS_SECTION_QUESTION,
                     ldns_rr_clone(ldns_rr_list_rr(ldns_pkt_question(asked.get()), i)));
  }
  copy_section(ldns_pkt_answer(from.get()), query, to.get(), LDNS_SECTION_ANSWER);
  copy_section(ldns_pkt_authority(from.get()), query, to.get(), LDNS_SECTION_AUTHORITY);
  copy_section(ldns_pkt_additional(from.get()), query, to.get(), LDNS_SECTION_ADDITIONAL);
  const std::string out = serialise(to.get());
  if (out.empty()) return empty_reply(query, Rcode::serv_fail);
  if (out.size() <= most) return out;
  return empty_reply(query, static_cast<Rcode>(ldns_pkt_get_rcode(from.get())), secure && query.dnssec_ok,
                     true);
}

}  // namespace scop::dns
