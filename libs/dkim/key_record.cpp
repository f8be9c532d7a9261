#include "dkim/key_record.hpp"

#include <algorithm>

#include "core/base64.hpp"
#include "dkim/tag_list.hpp"

namespace scop::dkim {

namespace {

bool holds(std::string_view list, std::string_view wanted) {
  const auto parts = split_colons(list);
  return std::ranges::find(parts, wanted) != parts.end();
}

std::vector<Hash> hashes_of(const std::vector<TagView>& tags) {
  const auto list = value_of(tags, "h");
  std::vector<Hash> hashes;
  for (const auto hash : {Hash::sha1, Hash::sha256}) {
    if (!list || holds(*list, name_of(hash))) hashes.push_back(hash);
  }
  return hashes;
}

}  // namespace

Outcome<KeyRecord> parse_key_record(std::string_view text) {
  const auto tags = parse_tag_list(text);
  if (!tags) return std::unexpected(tags.error());
  // RFC 6376 3.6.1: "v" is the first tag where it is there at all.
  if (const auto version = value_of(*tags, "v");
      version && (*version != "DKIM1" || tags->front().name != "v")) {
    return failure(ErrorKind::malformed, "key record's version is not DKIM1");
  }
  KeyRecord record;
  const auto type = value_of(*tags, "k").value_or("rsa");
  if (type != "rsa" && type != "ed25519") return failure(ErrorKind::unsupported, "key type k=");
  record.type = type == "rsa" ? KeyType::rsa : KeyType::ed25519;
  const auto key = value_of(*tags, "p");
  if (!key) return failure(ErrorKind::malformed, "key record without p=");
  auto octets = from_base64_with_spaces(*key);
  if (!octets) return failure(ErrorKind::malformed, "p= is not base64");
  record.public_key = std::move(*octets);
  record.hashes = hashes_of(*tags);
  const auto services = value_of(*tags, "s").value_or("*");
  record.for_email = holds(services, "*") || holds(services, "email");
  const auto flags = value_of(*tags, "t").value_or("");
  record.testing = holds(flags, "y");
  record.exact_identity = holds(flags, "s");
  return record;
}

std::string key_name(std::string_view selector, std::string_view domain) {
  return std::string(selector) + "._domainkey." + std::string(domain);
}

}  // namespace scop::dkim
