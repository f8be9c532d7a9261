// Key records: the TXT at <selector>._domainkey.<domain> (RFC 6376 3.6.1, RFC 8463 4).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "dkim/algorithm.hpp"

namespace scop::dkim {

struct KeyRecord {
  KeyType type = KeyType::rsa;
  std::string public_key;       // octets; empty: the key has been revoked
  std::vector<Hash> hashes;     // that we know, of h=; both where h= is absent
  bool for_email = true;        // s= holds "*" or "email"
  bool testing = false;         // t=y
  bool exact_identity = false;  // t=s: i= and d= must be of the same domain, not of a subdomain
  bool operator==(const KeyRecord&) const = default;
};

// The record's strings joined without anything between. unsupported: a well-formed record of an unknown k=.
Outcome<KeyRecord> parse_key_record(std::string_view text);

// "r2026a._domainkey.example.org"
std::string key_name(std::string_view selector, std::string_view domain);

}  // namespace scop::dkim
