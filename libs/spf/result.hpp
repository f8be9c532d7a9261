// What an SPF check found (RFC 7208 2.6, 8): a value that the other stages and `scop verify` read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scop::spf {

enum class Result : std::uint8_t { none, neutral, pass, fail, softfail, temperror, permerror };
std::string_view name_of(Result result);  // the words of RFC 8601 2.7.2

enum class Identity : std::uint8_t { mail_from, helo };
std::string_view name_of(Identity identity);  // "mailfrom", "helo"

// One thing that was asked or tested, for people: printable ASCII, at most 400 octets each.
struct Step {
  std::string domain;   // whose record was worked on
  std::string tested;   // "include:_spf.example.net", "TXT example.com"
  std::string outcome;  // "matches", "no match: 192.0.2.1 is not 198.51.100.7", "NXDOMAIN"
  bool operator==(const Step&) const = default;
};

struct Verdict {
  Result result = Result::none;
  Identity identity = Identity::mail_from;  // helo for a null sender too (RFC 7208 2.4)
  std::string domain;       // that was checked, A-labels, lower case; as it came where it is no domain name
  std::string sender;       // <sender>, "postmaster@…" where there was no local part
  std::string explanation;  // of exp=, with fail alone; printable ASCII, unchecked by anyone: from a stranger
  std::string reason;       // why, in our words, one line; never empty once done
  std::string mechanism;    // the directive that decided, as written: "-all"; "default" where none matched
  std::string record_domain;  // whose record held it: after include and redirect not always `domain`
  std::string record;         // the text of the checked domain's own record
  unsigned lookups = 0;       // terms that cost a look-up (RFC 7208 4.6.4), at most the limit + 1
  unsigned void_lookups = 0;
  std::vector<Step> steps;  // at most Limits::steps; the rest is left out
  bool operator==(const Verdict&) const = default;
};

}  // namespace scop::spf
