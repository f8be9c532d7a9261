// Owners of ldns's objects. For this library's two files that bind it.
#pragma once

#include <ldns/ldns.h>

#include <memory>
#include <string>
#include <string_view>

namespace scop::dns_update {

struct FreeLdns {
  void operator()(ldns_rdf* rdf) const { ldns_rdf_deep_free(rdf); }
  void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
  void operator()(ldns_rr_list* list) const { ldns_rr_list_deep_free(list); }
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
  void operator()(std::uint8_t* octets) const { LDNS_FREE(octets); }
};

using Rdf = std::unique_ptr<ldns_rdf, FreeLdns>;
using Rr = std::unique_ptr<ldns_rr, FreeLdns>;
using RrList = std::unique_ptr<ldns_rr_list, FreeLdns>;
using Packet = std::unique_ptr<ldns_pkt, FreeLdns>;
using Wire = std::unique_ptr<std::uint8_t, FreeLdns>;

inline constexpr const char* tsig_algorithm = "hmac-sha256.";

inline std::string octets_of(const ldns_rdf* rdf) {
  return {reinterpret_cast<const char*>(ldns_rdf_data(rdf)), ldns_rdf_size(rdf)};
}

inline Rdf domain_rdf(std::string_view name) {
  return Rdf(ldns_rdf_new_frm_str(LDNS_RDF_TYPE_DNAME, std::string(name).c_str()));
}

}  // namespace scop::dns_update
