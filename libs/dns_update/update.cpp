#include "dns_update/update.hpp"

#include "core/base64.hpp"
#include "dns_update/ldns_pointers.hpp"

namespace scop::dns_update {

namespace {

constexpr std::uint16_t fudge_seconds = 300;  // RFC 8945 10

std::unexpected<Error> outside(const std::string& name, const std::string& zone) {
  return failure(ErrorKind::malformed, "not a name in the zone " + zone + ": " + name);
}

// RDATA goes out as it came in: one field of any octets.
Rr record(const std::string& name, ldns_rr_type type, ldns_rr_class record_class, std::uint32_t ttl,
          std::string_view rdata) {
  auto owner = domain_rdf(name);
  if (!owner) return nullptr;
  Rr rr(ldns_rr_new());
  ldns_rr_set_owner(rr.get(), owner.release());
  ldns_rr_set_type(rr.get(), type);
  ldns_rr_set_class(rr.get(), record_class);
  ldns_rr_set_ttl(rr.get(), ttl);
  if (!rdata.empty()) {
    ldns_rr_push_rdf(rr.get(), ldns_rdf_new_frm_data(LDNS_RDF_TYPE_UNKNOWN, rdata.size(), rdata.data()));
  }
  return rr;
}

//   RFC 2136 2.5: class IN adds, class ANY without RDATA removes a set or a name, class NONE one record
Rr record_of(const Change& change) {
  const auto type = static_cast<ldns_rr_type>(change.type);
  switch (change.kind) {
    case Change::Kind::add:
      return record(change.name, type, LDNS_RR_CLASS_IN, change.ttl, change.rdata);
    case Change::Kind::remove:
      return record(change.name, type, LDNS_RR_CLASS_NONE, 0, change.rdata);
    case Change::Kind::remove_set:
      return record(change.name, type, LDNS_RR_CLASS_ANY, 0, {});
    case Change::Kind::remove_name:
      return record(change.name, LDNS_RR_TYPE_ANY, LDNS_RR_CLASS_ANY, 0, {});
  }
  return nullptr;
}

//   RFC 2136 2.4: class ANY wants it there, class NONE wants it away, class IN wants these very records
std::vector<Rr> records_of(const Prerequisite& wanted) {
  std::vector<Rr> records;
  const auto type = static_cast<ldns_rr_type>(wanted.type);
  switch (wanted.kind) {
    case Prerequisite::Kind::exists:
      records.push_back(record(wanted.name, type, LDNS_RR_CLASS_ANY, 0, {}));
      break;
    case Prerequisite::Kind::absent:
      records.push_back(record(wanted.name, type, LDNS_RR_CLASS_NONE, 0, {}));
      break;
    case Prerequisite::Kind::equals:
      for (const auto& rdata : wanted.records)
        records.push_back(record(wanted.name, type, LDNS_RR_CLASS_IN, 0, rdata));
      break;
    case Prerequisite::Kind::name_in_use:
      records.push_back(record(wanted.name, LDNS_RR_TYPE_ANY, LDNS_RR_CLASS_ANY, 0, {}));
      break;
    case Prerequisite::Kind::name_free:
      records.push_back(record(wanted.name, LDNS_RR_TYPE_ANY, LDNS_RR_CLASS_NONE, 0, {}));
      break;
  }
  return records;
}

// False: no record, or its name is not the zone's.
bool take(ldns_rr_list* list, Rr rr, const ldns_rdf* zone) {
  if (!rr) return false;
  const auto* owner = ldns_rr_owner(rr.get());
  if (ldns_dname_compare(owner, zone) != 0 && !ldns_dname_is_subdomain(owner, zone)) return false;
  ldns_rr_list_push_rr(list, rr.release());
  return true;
}

Outcome<Packet> packet_of(const Update& update) {
  auto zone = domain_rdf(update.zone);
  if (!zone) return failure(ErrorKind::malformed, "not a zone name: " + update.zone);
  const RrList prerequisites(ldns_rr_list_new());
  for (const auto& wanted : update.prerequisites) {
    for (auto& rr : records_of(wanted)) {
      if (!take(prerequisites.get(), std::move(rr), zone.get())) return outside(wanted.name, update.zone);
    }
  }
  const RrList changes(ldns_rr_list_new());
  for (const auto& change : update.changes) {
    if (!take(changes.get(), record_of(change), zone.get())) return outside(change.name, update.zone);
  }
  Packet packet(
      ldns_update_pkt_new(zone.get(), LDNS_RR_CLASS_IN, prerequisites.get(), changes.get(), nullptr));
  if (!packet) return failure(ErrorKind::broken, "ldns made no update");
  static_cast<void>(zone.release());  // the packet's question owns it now
  return packet;
}

}  // namespace

Change add(std::string name, dns::Type type, std::uint32_t ttl, std::string rdata) {
  return {Change::Kind::add, std::move(name), type, ttl, std::move(rdata)};
}

Change remove(std::string name, dns::Type type, std::string rdata) {
  return {Change::Kind::remove, std::move(name), type, 0, std::move(rdata)};
}

Change remove_set(std::string name, dns::Type type) {
  return {Change::Kind::remove_set, std::move(name), type, 0, {}};
}

std::vector<Change> replace(const std::string& name, dns::Type type, std::uint32_t ttl,
                            const std::vector<std::string>& records) {
  std::vector<Change> changes{remove_set(name, type)};
  for (const auto& rdata : records) changes.push_back(add(name, type, ttl, rdata));
  return changes;
}

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
