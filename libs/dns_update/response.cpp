#include <array>

#include "core/base64.hpp"
#include "dns_update/ldns_pointers.hpp"
#include "dns_update/update.hpp"

namespace scop::dns_update {

namespace {

// RDATA fields of TSIG (RFC 8945 4.2): algorithm, time signed, fudge, MAC, original id, error, other data.
constexpr std::size_t tsig_fields = 7;

std::uint64_t number_of(const ldns_rdf* rdf) {
  std::uint64_t value = 0;
  for (const char octet : octets_of(rdf)) value = value << 8U | static_cast<unsigned char>(octet);
  return value;
}

// What ldns does not look at: the key's name, the algorithm, the error and the time (RFC 8945 5.2).
bool is_tsig_ours(const ldns_rr* tsig, const TsigKey& key, Time now) {
  if (tsig == nullptr || ldns_rr_rd_count(tsig) != tsig_fields) return false;
  const auto name = domain_rdf(key.name);
  const auto algorithm = domain_rdf(tsig_algorithm);
  if (!name || ldns_dname_compare(ldns_rr_owner(tsig), name.get()) != 0) return false;
  if (ldns_dname_compare(ldns_rr_rdf(tsig, 0), algorithm.get()) != 0) return false;
  if (number_of(ldns_rr_rdf(tsig, 5)) != 0) return false;
  const auto signed_at = static_cast<std::int64_t>(number_of(ldns_rr_rdf(tsig, 1)));
  const auto fudge = static_cast<std::int64_t>(number_of(ldns_rr_rdf(tsig, 2)));
  const auto here = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  return signed_at >= here - fudge && signed_at <= here + fudge;
}

bool is_signed(ldns_pkt* packet, std::string_view octets, const EncodedUpdate& update, const TsigKey& key,
               Time now) {
  if (!is_tsig_ours(ldns_pkt_tsig(packet), key, now)) return false;
  const Secret base64(to_base64(key.secret.reveal()));
  const Rdf mac(ldns_rdf_new_frm_data(LDNS_RDF_TYPE_INT16_DATA, update.mac.size(), update.mac.data()));
  return ldns_pkt_tsig_verify(packet, reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size(),
                              key.name.c_str(), base64.reveal().data(), mac.get());
}

}  // namespace

Outcome<unsigned> decode_response(std::string_view octets, const EncodedUpdate& update, const TsigKey* key,
                                  Time now) {
  constexpr std::size_t most_octets = 65'535;
  ldns_pkt* parsed = nullptr;
  if (octets.size() > most_octets) return failure(ErrorKind::too_large, "DNS answer");
  const auto status =
      ldns_wire2pkt(&parsed, reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
  const Packet packet(status == LDNS_STATUS_OK ? parsed : nullptr);
  if (!packet) return failure(ErrorKind::malformed, "DNS answer that does not parse");
  if (ldns_pkt_id(packet.get()) != update.id || !ldns_pkt_qr(packet.get()) ||
      ldns_pkt_get_opcode(packet.get()) != LDNS_PACKET_UPDATE) {
    return failure(ErrorKind::malformed, "no answer to this update");
  }
  const unsigned rcode = ldns_pkt_get_rcode(packet.get());
  if (key != nullptr && rcode == LDNS_RCODE_NOERROR && !is_signed(packet.get(), octets, update, *key, now)) {
    return failure(ErrorKind::denied, "the primary's answer is not signed with our TSIG key");
  }
  return rcode;
}

std::string_view name_of_rcode(unsigned rcode) {
  constexpr std::array<std::string_view, 11> names{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
                                                   "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
                                                   "NXRRSET", "NOTAUTH", "NOTZONE"};
  return rcode < names.size() ? names.at(rcode) : "an unknown RCODE";
}

}  // namespace scop::dns_update
