#include "dns_update/query.hpp"

#include <algorithm>

#include "dns/name.hpp"
#include "dns_update/ldns_pointers.hpp"

namespace scop::dns_update {

namespace {

constexpr std::uint16_t most_udp = 1232;
constexpr std::size_t most_octets = 65'535;
constexpr unsigned most_aliases = 10;

std::string text_of(const ldns_rdf* name) {
  return dns::canonical_text(dns::name_from_wire(octets_of(name)).value_or("."));
}

// ldns holds every field as it stands on the wire, names uncompressed.
std::string rdata_of(const ldns_rr* record) {
  std::string out;
  for (std::size_t i = 0; i < ldns_rr_rd_count(record); ++i) out += octets_of(ldns_rr_rdf(record, i));
  return out;
}

std::vector<const ldns_rr*> section(const ldns_rr_list* list) {
  std::vector<const ldns_rr*> records;
  for (std::size_t i = 0; i < std::min(ldns_rr_list_rr_count(list), most_answers); ++i)
    records.push_back(ldns_rr_list_rr(list, i));
  return records;
}

std::string follow_aliases(const std::vector<const ldns_rr*>& answers, std::string name) {
  for (unsigned hops = 0; hops < most_aliases; ++hops) {
    const auto alias = std::ranges::find_if(answers, [&](const ldns_rr* record) {
      return ldns_rr_get_type(record) == LDNS_RR_TYPE_CNAME && ldns_rr_rd_count(record) == 1 &&
             text_of(ldns_rr_owner(record)) == name;
    });
    if (alias == answers.end()) break;
    name = text_of(ldns_rr_rdf(*alias, 0));
  }
  return name;
}

bool covers(const ldns_rr* signature, dns::Type type) {
  const auto* covered = ldns_rr_rrsig_typecovered(signature);
  return covered != nullptr && ldns_rdf2native_int16(covered) == static_cast<std::uint16_t>(type);
}

void take_answers(const std::vector<const ldns_rr*>& answers, dns::Type type, Reply& reply) {
  for (const auto* record : answers) {
    if (text_of(ldns_rr_owner(record)) != reply.canonical_name) continue;
    if (ldns_rr_get_type(record) == LDNS_RR_TYPE_RRSIG && covers(record, type)) reply.has_signature = true;
    if (static_cast<dns::Type>(ldns_rr_get_type(record)) != type) continue;
    reply.ttl = reply.records.empty() ? ldns_rr_ttl(record) : std::min(reply.ttl, ldns_rr_ttl(record));
    reply.records.push_back(rdata_of(record));
  }
}

void take_authority(const std::vector<const ldns_rr*>& authority, Reply& reply) {
  constexpr std::size_t soa_fields = 7;
  for (const auto* record : authority) {
    if (ldns_rr_get_type(record) == LDNS_RR_TYPE_NS && ldns_rr_rd_count(record) == 1)
      reply.name_servers.push_back(text_of(ldns_rr_rdf(record, 0)));
    if (ldns_rr_get_type(record) == LDNS_RR_TYPE_SOA && ldns_rr_rd_count(record) == soa_fields &&
        reply.records.empty()) {
      reply.negative_ttl = std::min(ldns_rr_ttl(record), ldns_rdf2native_int32(ldns_rr_rdf(record, 6)));
    }
  }
}

bool is_answer(const ldns_pkt* packet, const Query& query, std::uint16_t id) {
  const auto* questions = ldns_pkt_question(packet);
  if (!ldns_pkt_qr(packet) || ldns_pkt_id(packet) != id || ldns_pkt_get_opcode(packet) != LDNS_PACKET_QUERY)
    return false;
  // REFUSED and the like may come without the question.
  if (ldns_rr_list_rr_count(questions) == 0) return ldns_pkt_get_rcode(packet) != LDNS_RCODE_NOERROR;
  const auto* asked = ldns_rr_list_rr(questions, 0);
  return ldns_rr_list_rr_count(questions) == 1 &&
         static_cast<dns::Type>(ldns_rr_get_type(asked)) == query.question.type &&
         text_of(ldns_rr_owner(asked)) == dns::canonical_text(query.question.name);
}

}  // namespace

Outcome<std::string> encode_query(const Query& query, std::uint16_t id) {
  auto name = domain_rdf(query.question.name);
  if (!name) return failure(ErrorKind::malformed, "not a domain name: " + query.question.name);
  const Packet packet(
      ldns_pkt_query_new(name.release(), static_cast<ldns_rr_type>(query.question.type), LDNS_RR_CLASS_IN,
                         query.recursion_desired ? std::uint16_t{LDNS_RD} : std::uint16_t{0}));
  if (!packet) return failure(ErrorKind::broken, "ldns made no query");
  ldns_pkt_set_id(packet.get(), id);
  ldns_pkt_set_ad(packet.get(), true);
  ldns_pkt_set_edns_udp_size(packet.get(), most_udp);
  ldns_pkt_set_edns_do(packet.get(), true);
  std::uint8_t* wire = nullptr;
  std::size_t length = 0;
  const auto status = ldns_pkt2wire(&wire, packet.get(), &length);
  const Wire owner(wire);
  if (status != LDNS_STATUS_OK) return failure(ErrorKind::too_large, ldns_get_errorstr_by_id(status));
  return std::string(reinterpret_cast<const char*>(wire), length);
}

Outcome<Reply> decode_reply(std::string_view octets, const Query& query, std::uint16_t id) {
  if (octets.size() > most_octets) return failure(ErrorKind::too_large, "DNS answer");
  ldns_pkt* parsed = nullptr;
  const auto status =
      ldns_wire2pkt(&parsed, reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
  const Packet packet(status == LDNS_STATUS_OK ? parsed : nullptr);
  if (!packet) return failure(ErrorKind::malformed, "DNS answer that does not parse");
  if (!is_answer(packet.get(), query, id)) return failure(ErrorKind::malformed, "no answer to this query");
  Reply reply;
  reply.rcode = static_cast<dns::Rcode>(ldns_pkt_get_rcode(packet.get()));
  reply.authoritative = ldns_pkt_aa(packet.get());
  reply.authentic = ldns_pkt_ad(packet.get());
  const auto answers = section(ldns_pkt_answer(packet.get()));
  const auto asked = dns::canonical_text(query.question.name);
  reply.canonical_name = query.question.type == dns::Type::cname ? asked : follow_aliases(answers, asked);
  take_answers(answers, query.question.type, reply);
  take_authority(section(ldns_pkt_authority(packet.get())), reply);
  return reply;
}

}  // namespace scop::dns_update
