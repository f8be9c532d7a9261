// The DKIM-Signature field's value (RFC 6376 3.5).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "dkim/algorithm.hpp"
#include "dkim/canonical.hpp"

namespace scop::dkim {

using Seconds = std::chrono::sys_seconds;

inline constexpr std::size_t most_signed_names = 2'000;  // of h=

struct Signature {
  Algorithm algorithm = Algorithm::rsa_sha256;  // a=
  Canonical header_form = Canonical::simple;    // c=
  Canonical body_form = Canonical::simple;
  std::string domain;                        // d=, lower case
  std::string selector;                      // s=
  std::string identity;                      // i=, decoded; "@" and d= where absent
  std::vector<std::string> signed_names;     // h=, as written
  std::string body_hash;                     // bh=, octets
  std::string signature;                     // b=, octets
  std::optional<std::uint64_t> body_length;  // l=
  std::optional<Seconds> signed_at;          // t=
  std::optional<Seconds> expires;            // x=
  bool operator==(const Signature&) const = default;
};

enum class SignatureForm {
  dkim,
  arc,  // ARC-Message-Signature (RFC 8617 4.1.2): no v=, and i= is the instance, so that no identity is read
};

// The field's value, folded or not. malformed: RFC 6376 6.1.1's reasons; unsupported: v=, a=, c= or q=
// unknown.
Outcome<Signature> parse_signature(std::string_view value, SignatureForm form = SignatureForm::dkim);

// The value to sign: folded, its b= empty and last. Append fold_signature() of the signature to make the
// field.
std::string format_unsigned(const Signature& signature);
std::string fold_signature(std::string_view octets);

// The whole field with what stands in b= removed, as it is hashed (RFC 6376 3.7). `raw` starts with its name.
Outcome<std::string> without_signature(std::string_view raw);

// Letters, digits, hyphens and dots as a domain or selector may hold: at most 253 octets, labels of 1 to 63.
bool is_domain_name(std::string_view name);

}  // namespace scop::dkim
