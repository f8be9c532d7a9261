#include <fmt/format.h>

#include "scop/configuration.hpp"

namespace scop::command {

std::string dns_section(const Wanted& wanted) {
  std::string addresses;
  for (const auto& address : wanted.addresses)
    addresses += fmt::format("{}\"{}\"", addresses.empty() ? "" : ", ", address);
  return fmt::format(
      R"toml(# What the world must find about our domains: `scop dns show`, `scop dns publish`, `scop dns check`. No daemon reads this.
[dns]
# The mail host's public addresses.
{0}addresses = [{1}]
# The primary that takes updates (RFC 2136) for `scop dns publish`, such as "127.0.0.1:53"; "": publish by hand.
#primary = ""
# The operator's TSIG key, as tsig-keygen writes it or as bare base64, and its name. The signer and ACME have keys of their
# own: docs/operation.md shows the primary's policy that keeps each to its part.
#tsig_key_file = "dns/tsig.key"
#tsig_name = ""
# Zones that the primary has; the longest that holds a name is updated. []: each domain is its own zone.
#zones = []
# Seconds, of the records.
#ttl = 3600
# What `scop dns publish` writes. With [signer] primary, the signer publishes the DKIM keys, whatever stands here.
#publish = ["mx", "addresses", "spf", "dkim", "dmarc", "mta_sts", "tls_rpt", "tlsa", "srv", "alias", "matrix", "caa"]
# SPF: "mx" allows the MX hosts, "addresses" the addresses above; more senders by name; what others get.
#spf = "mx"
#spf_include = []
#spf_all = "-all"
# DMARC: "none", "quarantine" or "reject"; for subdomains ("": the same); where reports go (default: the domain's postmaster; []:
# nowhere).
#dmarc = "quarantine"
#dmarc_subdomains = ""
#dmarc_reports = ["mailto:postmaster@{2}"]
# Where others report TLS failures (RFC 8460); as above.
#tls_reports = ["mailto:postmaster@{2}"]
# Who may issue certificates (RFC 8659): ["issue letsencrypt.org", "issuewild ;", "iodef mailto:security@{2}"].
#caa = []
# Resolvers that `scop dns check` asks beside ours and the zone's own servers.
#resolvers = []
# Where it connects to look at a port, if not at the public address (no way back in through NAT): ["25=127.0.0.1:25"].
#probe = []

)toml",
      wanted.addresses.empty() ? "#" : "", addresses, wanted.domain);
}

}  // namespace scop::command
