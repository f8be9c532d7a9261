// Binds ldns, a C library.
#include "dns/reply.hpp"

#include <ldns/ldns.h>

#include <algorithm>
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

void set_ttl(ldns_rr* record, const AnswerState& state) {
  const auto ttl = ldns_rr_ttl(record);
  ldns_rr_set_ttl(record, state.ttl ? *state.ttl : ttl - std::min(ttl, state.age));
}

// Copies the records that the asker shall see from one section to `to`.
void copy_section(const ldns_rr_list* from, const Query& query, const AnswerState& state, ldns_pkt* to,
                  ldns_pkt_section section) {
  for (std::size_t i = 0; from != nullptr && i < ldns_rr_list_rr_count(from); ++i) {
    const ldns_rr* record = ldns_rr_list_rr(from, i);
    const auto type = ldns_rr_get_type(record);
    if (type == LDNS_RR_TYPE_OPT || (!query.dnssec_ok && is_for_validators(type, query.type))) continue;
    ldns_rr* copy = ldns_rr_clone(record);
    set_ttl(copy, state);
    ldns_pkt_push_rr(to, section, copy);
  }
}

void set_options(const std::string& options, ldns_pkt* to) {
  if (options.empty()) return;
  auto* data = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_UNKNOWN, options.size(), options.data());
  if (data != nullptr) ldns_pkt_set_edns_data(to, data);
}

void set_header(const Query& query, const ldns_pkt* from, const AnswerState& state, ldns_pkt* to) {
  ldns_pkt_set_id(to, query.id);
  ldns_pkt_set_qr(to, true);
  ldns_pkt_set_ra(to, true);
  ldns_pkt_set_rd(to, query.recursion_desired);
  ldns_pkt_set_cd(to, query.checking_disabled);
  ldns_pkt_set_ad(to, state.secure && (query.dnssec_ok || query.authentic_data));
  ldns_pkt_set_rcode(to, static_cast<std::uint8_t>(ldns_pkt_get_rcode(from)));
  if (!query.edns) return;
  ldns_pkt_set_edns_udp_size(to, most_udp_reply);
  ldns_pkt_set_edns_do(to, query.dnssec_ok);
  if (state.error) set_options(to_option(*state.error), to);
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

std::string fit_reply(const Query& query, std::string_view packet, const AnswerState& state,
                      std::size_t most) {
  const Packet from = parse(packet);
  const Packet to(ldns_pkt_new());
  const Packet asked = parse(empty_reply(query, Rcode::no_error));
  if (!from || !to || !asked) return empty_reply(query, Rcode::serv_fail);
  set_header(query, from.get(), state, to.get());
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(ldns_pkt_question(asked.get())); ++i) {
    ldns_pkt_push_rr(to.get(), LDNS_SECTION_QUESTION,
                     ldns_rr_clone(ldns_rr_list_rr(ldns_pkt_question(asked.get()), i)));
  }
  copy_section(ldns_pkt_answer(from.get()), query, state, to.get(), LDNS_SECTION_ANSWER);
  copy_section(ldns_pkt_authority(from.get()), query, state, to.get(), LDNS_SECTION_AUTHORITY);
  copy_section(ldns_pkt_additional(from.get()), query, state, to.get(), LDNS_SECTION_ADDITIONAL);
  const std::string out = serialise(to.get());
  if (out.empty()) return empty_reply(query, Rcode::serv_fail);
  if (out.size() <= most) return out;
  return empty_reply(query, static_cast<Rcode>(ldns_pkt_get_rcode(from.get())),
                     state.secure && query.dnssec_ok, true, state.error);
}

}  // namespace scop::dns
