// Dynamic updates (RFC 2136) with TSIG (RFC 8945): octets to send and octets that came back. Opens no socket.
// ldns inside; it reads the civil clock for TSIG's time when it signs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "dns/type.hpp"
#include "dns_update/tsig_key.hpp"

namespace scop::dns_update {

// RFC 2136 2.5: what the primary is to do, in the order given.
struct Change {
  enum class Kind : std::uint8_t {
    add,          // this record; there already: only its TTL changes
    remove,       // this record and no other of its set
    remove_set,   // all records of the name and type
    remove_name,  // all records of the name
  };
  Kind kind = Kind::add;
  std::string name;  // presentation form
  dns::Type type = dns::Type::txt;
  std::uint32_t ttl = 0;  // of add
  std::string rdata;      // of add and remove: wire form, names uncompressed
  bool operator==(const Change&) const = default;
};

// RFC 2136 2.4: what must hold, or nothing at all is changed.
struct Prerequisite {
  enum class Kind : std::uint8_t {
    exists,       // some record of the name and type; else NXRRSET
    absent,       // none; else YXRRSET
    equals,       // exactly `records`, TTLs aside; else NXRRSET
    name_in_use,  // else NXDOMAIN
    name_free,    // else YXDOMAIN
  };
  Kind kind = Kind::exists;
  std::string name;
  dns::Type type = dns::Type::txt;
  std::vector<std::string> records;  // of equals: RDATA
  bool operator==(const Prerequisite&) const = default;
};

// One message: all of it is done, or nothing.
struct Update {
  std::string zone;
  std::vector<Prerequisite> prerequisites;
  std::vector<Change> changes;
  bool operator==(const Update&) const = default;
};

Change add(std::string name, dns::Type type, std::uint32_t ttl, std::string rdata);
Change remove(std::string name, dns::Type type, std::string rdata);
Change remove_set(std::string name, dns::Type type);
// The name's set becomes exactly these; without records it goes.
std::vector<Change> replace(const std::string& name, dns::Type type, std::uint32_t ttl,
                            const std::vector<std::string>& records);

struct EncodedUpdate {
  std::string octets;  // the DNS message
  std::uint16_t id = 0;
  std::string mac;  // of its TSIG, as the answer's MAC covers it; empty: unsigned
};

// Without a key the update is unsigned (a primary may allow it by address). malformed: a name, the zone, or a
// name outside it; too_large.
Outcome<EncodedUpdate> encode_update(const Update& update, const TsigKey* key, std::uint16_t id);

// The answer's RCODE, trusted as far as its TSIG goes: with a key, an answer of NOERROR that is not signed
// with it is `denied`; an error that is not signed comes back as it is. malformed: no answer to this update.
Outcome<unsigned> decode_response(std::string_view octets, const EncodedUpdate& update, const TsigKey* key,
                                  Time now);

// "REFUSED", for logs.
std::string_view name_of_rcode(unsigned rcode);

}  // namespace scop::dns_update
