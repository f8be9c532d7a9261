// Asking one server directly (RFC 1035 4.1), an authoritative one or a resolver: the question's octets, and
// what came back, bounded and unverified. ldns inside. Follows nothing: a CNAME in the answer is named.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "dns/question.hpp"
#include "dns/type.hpp"

namespace scop::dns_update {

inline constexpr std::size_t most_answers = 1'000;

struct Query {
  dns::Question question;
  bool recursion_desired = false;  // of a resolver
};

struct Reply {
  dns::Rcode rcode = dns::Rcode::serv_fail;
  bool authoritative = false;        // AA
  bool authentic = false;            // AD: says the server; worth as much as the way to it
  std::vector<std::string> records;  // RDATA of the asked type at the name itself, or where its CNAMEs led
  std::uint32_t ttl = 0;             // the smallest of the records'
  bool has_signature = false;        // an RRSIG over the records came with them
  std::string canonical_name;        // where the answer's CNAMEs led; the asked name without any
  std::vector<std::string> name_servers;      // the authority section's NS targets: a referral's
  std::optional<std::uint32_t> negative_ttl;  // RFC 2308 5: of an answer without records
  bool operator==(const Reply&) const = default;
};

// DO and AD are set: the server may send signatures and say what it has validated. malformed: the name.
Outcome<std::string> encode_query(const Query& query, std::uint16_t id);

// malformed: no answer to this query.
Outcome<Reply> decode_reply(std::string_view octets, const Query& query, std::uint16_t id);

}  // namespace scop::dns_update
