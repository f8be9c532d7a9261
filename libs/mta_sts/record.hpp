// The TXT record at _mta-sts.<domain> (RFC 8461 3.1): says that there is a policy, and which by its id.
//
//   sts-text-record = "v=STSv1" 1*(*WSP ";" *WSP sts-field) [*WSP ";"]
//   sts-field       = "id=" 1*32(ALPHA / DIGIT) / ext-name "=" 1*(%x21-3A / %x3C / %x3E-7E)
//   ext-name        = (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "dns/answer.hpp"

namespace scop::mta_sts {

struct Record {
  std::string id;
  bool operator==(const Record&) const = default;
};

Outcome<Record> parse_record(std::string_view text);

// Of the answer to a TXT question. Nothing: no record, so the domain says nothing new.
// ErrorKind::unavailable: the look-up failed; malformed: two records, or one that does not parse.
Outcome<std::optional<Record>> record_of(const dns::Answer& answer);

}  // namespace scop::mta_sts
