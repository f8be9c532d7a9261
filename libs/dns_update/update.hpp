// Dynamic updates of TXT records (RFC 2136) with TSIG (RFC 8945): octets to send and octets that came back.
// Opens no socket. ldns inside; it reads the civil clock for TSIG's time when it signs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "dns_update/tsig_key.hpp"

namespace scop::dns_update {

// The name's TXT set becomes exactly this one record.
struct TxtRecord {
  std::string name;   // presentation form
  std::string value;  // any octets; split into strings of 255
};

struct Update {
  std::string zone;
  std::uint32_t ttl = 3600;
  std::vector<TxtRecord> records;
};

struct EncodedUpdate {
  std::string octets;  // the DNS message
  std::uint16_t id = 0;
  std::string mac;  // of its TSIG, as the answer's MAC covers it; empty: unsigned
};

// Without a key the update is unsigned (a primary may allow it by address). malformed: a name or the zone.
Outcome<EncodedUpdate> encode_update(const Update& update, const TsigKey* key, std::uint16_t id);

// The answer's RCODE, trusted as far as its TSIG goes: with a key, an answer of NOERROR that is not signed
// with it is `denied`; an error that is not signed comes back as it is. malformed: no answer to this update.
Outcome<unsigned> decode_response(std::string_view octets, const EncodedUpdate& update, const TsigKey* key,
                                  Time now);

// "REFUSED", for logs.
std::string_view name_of_rcode(unsigned rcode);

}  // namespace scop::dns_update
