#include "dns_update/update.hpp"

#include "core/base64.hpp"
#include "dns_update/ldns_pointers.hpp"

namespace scop::dns_update {

namespace {

constexpr std::uint16_t fudge_seconds = 300;  // RFC 8945 10

//   RFC 2136 2.5.2: class ANY, TTL 0, no RDATA: the set goes
Rr deletion(std::string_view name) {
  Rr rr(ldns_rr_new());
  ldns_rr_set_owner(rr.get(), domain_rdf(name).release());
  ldns_rr_set_type(rr.get(), LDNS_RR_TYPE_TXT);
  ldns_rr_set_class(rr.get(), LDNS_RR_CLASS_ANY);
  ldns_rr_set_ttl(rr.get(), 0);
  return rr;
}

Rr addition(const TxtRecord& record, std::uint32_t ttl) {
  Rr rr(ldns_rr_new());
  ldns_rr_set_owner(rr.get(), domain_rdf(record.name).release());
  ldns_rr_set_type(rr.get(), LDNS_RR_TYPE_TXT);
  ldns_rr_set_class(rr.get(), LDNS_RR_CLASS_IN);
  ldns_rr_set_ttl(rr.get(), ttl);
  std::string_view rest = record.value;
  do {
    const auto text = rest.substr(0, 255);
    const std::string counted = static_cast<char>(text.size()) + std::string(text);
    ldns_rr_push_rdf(rr.get(), ldns_rdf_new_frm_data(LDNS_RDF_TYPE_STR, counted.size(), counted.data()));
    rest.remove_prefix(text.size());
  } while (!rest.empty());
  return rr;
}

Outcome<Packet> packet_of(const Update& update) {
  auto zone = domain_rdf(update.zone);
  if (!zone) return failure(ErrorKind::malformed, "not a zone name: " + update.zone);
  const RrList changes(ldns_rr_list_new());
  for (const auto& record : update.records) {
    if (const auto name = domain_rdf(record.name);
        !name || !ldns_dname_is_subdomain(name.get(), zone.get())) {
      return failure(ErrorKind::malformed, "not a name in the zone " + update.zone + ": " + record.name);
    }
    ldns_rr_list_push_rr(changes.get(), deletion(record.name).release());
    ldns_rr_list_push_rr(changes.get(), addition(record, update.ttl).release());
  }
  Packet packet(ldns_update_pkt_new(zone.get(), LDNS_RR_CLASS_IN, nullptr, changes.get(), nullptr));
  if (!packet) return failure(ErrorKind::broken, "ldns made no update");
  static_cast<void>(zone.release());  // the packet's question owns it now
  return packet;
}

}  // namespace

Outcome<EncodedUpdate> encode_update(const Update& update, const TsigKey* key, std::uint16_t id) {
  auto packet = packet_of(update);
  if (!packet) return std::unexpected(std::move(packet.error()));
  ldns_pkt_set_id(packet->get(), id);
  EncodedUpdate encoded;
  encoded.id = id;
  if (key != nullptr) {
    const Secret base64(to_base64(key->secret.reveal()));
    const auto status = ldns_pkt_tsig_sign(packet->get(), key->name.c_str(), base64.reveal().data(),
                                           fudge_seconds, tsig_algorithm, nullptr);
    if (status != LDNS_STATUS_OK) {
      return failure(ErrorKind::broken, std::string("TSIG: ") + ldns_get_errorstr_by_id(status));
    }
    encoded.mac = octets_of(ldns_rr_rdf(ldns_pkt_tsig(packet->get()), 3));
  }
  std::uint8_t* wire = nullptr;
  std::size_t length = 0;
  const auto status = ldns_pkt2wire(&wire, packet->get(), &length);
  const Wire owner(wire);
  if (status != LDNS_STATUS_OK) return failure(ErrorKind::too_large, ldns_get_errorstr_by_id(status));
  encoded.octets.assign(reinterpret_cast<const char*>(wire), length);
  return encoded;
}

}  // namespace scop::dns_update
