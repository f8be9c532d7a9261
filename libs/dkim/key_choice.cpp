#include "dkim/key_choice.hpp"

#include <algorithm>

namespace scop::dkim {

namespace {

std::string domain_of(std::string_view identity) {
  return std::string(identity.substr(identity.rfind('@') + 1));
}

}  // namespace

Outcome<KeyRecord> first_key(const std::vector<std::string>& records) {
  constexpr std::size_t most_records = 8;
  Outcome<KeyRecord> best = failure(ErrorKind::not_found, "no key record");
  for (std::size_t i = 0; i < std::min(records.size(), most_records); ++i) {
    auto record = parse_key_record(records[i]);
    if (record) return record;
    best = std::move(record);
  }
  return best;
}

std::string mismatch(const KeyRecord& record, const Signature& signature) {
  if (record.public_key.empty()) return "key revoked";
  if (record.type != key_type_of(signature.algorithm)) return "key is of another type than a=";
  if (std::ranges::find(record.hashes, hash_of(signature.algorithm)) == record.hashes.end()) {
    return "key's h= does not allow a='s hash";
  }
  if (!record.for_email) return "key's s= is not for email";
  if (record.exact_identity && domain_of(signature.identity) != signature.domain) {
    return "key's t=s and i= is of a subdomain";
  }
  return {};
}

}  // namespace scop::dkim
