// What one mail host must show of TLS before it gets a message. A pure function of what is configured, what
// the domain publishes and what the message asks for; the first row that fits:
//
//   configured    the domain                            a host gets
//   off, opportunistic, require                         that, whatever is published
//   verify                                              web_pki by `match`
//   dane          TLSA records; none; unknown           dane; refused; refused
//   automatic     (TLS-Required: No)                    opportunistic
//   automatic     TLSA records unknown                  refused                      RFC 7672 2.1.1
//   automatic     TLSA records                          dane                         RFC 7672 2.2, RFC 8461 2
//   automatic     MTA-STS enforce; names the host; not  web_pki; refused             RFC 8461 4.1, 5
//   automatic     unusable TLSA records                 encrypted                    RFC 7672 2.2
//   automatic     MTA-STS testing                       opportunistic, audited       RFC 8461 5
//   automatic     nothing                               opportunistic, or encrypted where [courier] tls =
//   "require"
//
// REQUIRETLS (RFC 8689 4.2.1) goes on top: the host's name must be proved (DNSSEC, MTA-STS or the
// administrator), and what would be less than web_pki becomes it.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "dane/host.hpp"
#include "mta_sts/policy.hpp"
#include "mx/verdict.hpp"
#include "tls_policy/failure.hpp"

namespace scop::tls_policy {

enum class Demand : std::uint8_t { automatic, off, opportunistic, require, verify, dane };

enum class Level : std::uint8_t {
  off,            // clear text
  opportunistic,  // STARTTLS where offered, with whomever; clear text else
  encrypted,      // STARTTLS or nothing, with whomever
  web_pki,        // a chain to an authority, and a name
  dane,           // what a TLSA record matches
};

struct Domain {
  std::string name;       // the recipients' domain, A-labels
  std::string canonical;  // where its CNAMEs lead; the name itself where there are none
  Demand demand = Demand::automatic;
  std::vector<std::string>
      match;              // for verify: names and ".names"; none: the domain, all below, and hosts proved
  bool trust_mx = false;  // for verify: the host's name counts although nothing proves it
  bool least_encrypted = false;  // automatic never goes below
  bool mx_secure = false;        // the MX answer was validated by DNSSEC
  std::optional<mta_sts::Policy> sts;
  bool requiretls = false;
  bool tls_optional = false;
};

// Whose policy a session is counted for (RFC 8460 4.2).
enum class Published : std::uint8_t { nothing, tlsa, sts };

struct HostPolicy {
  Level level = Level::opportunistic;
  std::string label;  // "dane", "sts enforce", …: for reports and people; empty: nothing asked for anything
  std::string verified_by;  // "dane", "sts", "web pki": what vouches for a host that passes; empty: nothing
  std::string server_name;  // SNI
  std::vector<std::string> names;  // reference identifiers
  std::vector<dns::Tlsa> records;  // for dane; else those that cannot be used
  Published published = Published::nothing;
  bool audited = false;              // MTA-STS testing: what would have failed is reported, and the mail goes
  Failure foreseen = Failure::none;  // where audited: what is wrong before anybody is asked

  // Connections are shared under the same key alone.
  std::string key() const;
  bool operator==(const HostPolicy&) const = default;
};

// A host that must not be used for this message now, and why.
struct Refusal {
  mx::Verdict verdict;
  Failure failure = Failure::validation_failure;  // none: no fault of the host's, nothing to report
  Published published = Published::nothing;
  std::string label;
};

std::expected<HostPolicy, Refusal> policy_of(const Domain& domain, const std::string& host,
                                             const dane::Verdict& dane);

std::string_view name_of(Level level);

}  // namespace scop::tls_policy
