// The answers of one evaluation so far, and what they mean to SPF (RFC 7208 4.4, 5).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "dns/address.hpp"
#include "dns/answer.hpp"
#include "dns/question.hpp"
#include "spf/record.hpp"

namespace scop::spf {

// failed: any RCODE but 0 and 3, or an answer that DNSSEC proved wrong; nothing: NXDOMAIN, or no such record.
enum class Standing : std::uint8_t { found, nothing, failed };
Standing standing_of(const dns::Answer& answer);

// Those that parse.
std::vector<dns::Address> addresses_in(const dns::Answer& answer);
std::vector<std::string> names_in(const dns::Answer& answer, dns::Type type);  // MX by preference, or PTR
std::vector<std::string> texts_in(const dns::Answer& answer);                  // strings joined

// For a step's outcome.
std::string summary(const dns::Question& question, const dns::Answer& answer);

// A domain's record, read once however often evaluation starts again.
struct Published {
  Standing standing = Standing::nothing;  // found: `record` or `error` is there
  std::string text;
  Outcome<Record> record;
};
Published published(const dns::Answer& answer, std::size_t longest);

struct Known {
  std::map<dns::Question, dns::Answer> answers;
  std::map<std::string, Published> records;
};

}  // namespace scop::spf
