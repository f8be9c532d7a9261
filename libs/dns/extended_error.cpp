#include "dns/extended_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace scop::dns {

namespace {

constexpr unsigned option_code = 15;
constexpr std::size_t most_extra_text = 200;

using Named = std::pair<InfoCode, std::string_view>;
constexpr std::array names{
    Named{InfoCode::other, "Other Error"},
    Named{InfoCode::unsupported_dnskey_algorithm, "Unsupported DNSKEY Algorithm"},
    Named{InfoCode::stale_answer, "Stale Answer"},
    Named{InfoCode::dnssec_indeterminate, "DNSSEC Indeterminate"},
    Named{InfoCode::dnssec_bogus, "DNSSEC Bogus"},
    Named{InfoCode::signature_expired, "Signature Expired"},
    Named{InfoCode::signature_not_yet_valid, "Signature Not Yet Valid"},
    Named{InfoCode::dnskey_missing, "DNSKEY Missing"},
    Named{InfoCode::rrsigs_missing, "RRSIGs Missing"},
    Named{InfoCode::no_zone_key_bit_set, "No Zone Key Bit Set"},
    Named{InfoCode::nsec_missing, "NSEC Missing"},
    Named{InfoCode::cached_error, "Cached Error"},
    Named{InfoCode::not_ready, "Not Ready"},
    Named{InfoCode::prohibited, "Prohibited"},
    Named{InfoCode::stale_nxdomain_answer, "Stale NXDomain Answer"},
    Named{InfoCode::no_reachable_authority, "No Reachable Authority"},
    Named{InfoCode::network_error, "Network Error"},
};

struct Cause {
  std::string_view words;
  InfoCode code;
};

// The words of libunbound 1.17 to 1.22 (validator/validator.c, val_sigcrypt.c, val_utils.c).
constexpr std::array bogus_causes{
    Cause{"signature expired", InfoCode::signature_expired},
    Cause{"signature before inception date", InfoCode::signature_not_yet_valid},
    Cause{"signature inception after expiration", InfoCode::signature_not_yet_valid},
    Cause{"no signatures from", InfoCode::rrsigs_missing},
    Cause{"no signatures over", InfoCode::nsec_missing},
    Cause{"no signatures", InfoCode::rrsigs_missing},
    Cause{"signature missing", InfoCode::rrsigs_missing},
    Cause{"no DNSKEY rrset", InfoCode::dnskey_missing},
    Cause{"No DNSKEY record", InfoCode::dnskey_missing},
    Cause{"signatures from unknown keys", InfoCode::dnskey_missing},
    Cause{"DNSKEY RRset did not match", InfoCode::dnskey_missing},
    Cause{"while building chain of trust", InfoCode::dnskey_missing},
    Cause{"no known algorithms", InfoCode::unsupported_dnskey_algorithm},
    Cause{"unsupported algorithm", InfoCode::unsupported_dnskey_algorithm},
    Cause{"algorithm refused", InfoCode::unsupported_dnskey_algorithm},
    Cause{"dnskey without ZSK flag", InfoCode::no_zone_key_bit_set},
    Cause{"no DNSSEC records", InfoCode::nsec_missing},
};
constexpr std::array failure_causes{
    Cause{"upstream server timeout", InfoCode::no_reachable_authority},
    Cause{"no server to query", InfoCode::no_reachable_authority},
    Cause{"not usable", InfoCode::no_reachable_authority},
    Cause{"timed out", InfoCode::no_reachable_authority},
    Cause{"could not fetch nameserver", InfoCode::no_reachable_authority},
    Cause{"failed to get a delegation", InfoCode::no_reachable_authority},
    Cause{"got ", InfoCode::network_error},
    Cause{"upstream response", InfoCode::network_error},
    Cause{"servers for this domain failed", InfoCode::no_reachable_authority},
    Cause{"servers failed", InfoCode::no_reachable_authority},
};

InfoCode first_of(std::span<const Cause> causes, std::string_view why, InfoCode otherwise) {
  auto first = std::string_view::npos;
  for (const auto& cause : causes) {
    const auto at = why.find(cause.words);
    if (at >= first) continue;
    first = at;
    otherwise = cause.code;
  }
  return otherwise;
}

void append_u16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8U & 0xffU);
  out += static_cast<char>(value & 0xffU);
}

}  // namespace

std::string name_of(InfoCode code) {
  const auto found = std::ranges::find(names, code, &Named::first);
  if (found != names.end()) return std::string(found->second);
  return fmt::format("Extended DNS Error {}", static_cast<unsigned>(code));
}

InfoCode code_of_bogus(std::string_view why) { return first_of(bogus_causes, why, InfoCode::dnssec_bogus); }

InfoCode code_of_failure(std::string_view why) { return first_of(failure_causes, why, InfoCode::other); }

std::string cause_in(std::string_view why, std::size_t most) {
  // "validation failure <mx1.example. A IN>: signature expired from 192.0.2.1"
  if (why.starts_with("validation failure <") || why.starts_with("SERVFAIL <")) {
    const auto end = why.find(">: ");
    if (end != std::string_view::npos) why.remove_prefix(end + 3);
  }
  std::string out;
  for (const char c : why.substr(0, most)) out += c >= 0x20 && c < 0x7f ? c : '?';
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string to_option(const ExtendedError& error) {
  const auto text = cause_in(error.text, most_extra_text);
  std::string out;
  append_u16(out, option_code);
  append_u16(out, text.size() + 2);
  append_u16(out, static_cast<std::size_t>(error.code));
  return out + text;
}

}  // namespace scop::dns
