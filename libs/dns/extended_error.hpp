// Extended DNS Errors (RFC 8914): why an answer failed, as a number for programs and a text for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scop::dns {

enum class InfoCode : std::uint16_t {
  other = 0,
  unsupported_dnskey_algorithm = 1,
  stale_answer = 3,
  dnssec_indeterminate = 5,
  dnssec_bogus = 6,
  signature_expired = 7,
  signature_not_yet_valid = 8,
  dnskey_missing = 9,
  rrsigs_missing = 10,
  no_zone_key_bit_set = 11,
  nsec_missing = 12,
  cached_error = 13,
  not_ready = 14,
  prohibited = 18,
  stale_nxdomain_answer = 19,
  no_reachable_authority = 22,
  network_error = 23,
};

struct ExtendedError {
  InfoCode code = InfoCode::other;
  std::string text;
  bool operator==(const ExtendedError&) const = default;
};

// The registry's words: "Signature Expired"; "Extended DNS Error 77" where it has none.
std::string name_of(InfoCode code);

// libunbound gives words only. Of its reason why an answer is bogus, and why it got none; the first cause
// that it names counts.
InfoCode code_of_bogus(std::string_view why);
InfoCode code_of_failure(std::string_view why);

// What a person wants to know of libunbound's reason: "signature expired", without the query that it repeats.
// Printable ASCII, at most `most` octets.
std::string cause_in(std::string_view why, std::size_t most);

// The option as it stands in an OPT record (RFC 8914 2): code, length, INFO-CODE, EXTRA-TEXT.
std::string to_option(const ExtendedError& error);

}  // namespace scop::dns
