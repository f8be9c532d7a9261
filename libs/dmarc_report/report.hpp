// An aggregate report (RFC 7489 C) as a value. Texts are kept as they are written: what a stranger reports is
// shown, never acted on.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scop::dmarc_report {

struct Reason {
  std::string type;  // "forwarded", "mailing_list", "local_policy", …
  std::string comment;
  auto operator<=>(const Reason&) const = default;
};

struct AuthResult {
  std::string domain;
  std::string selector;  // of DKIM
  std::string scope;     // of SPF: "mfrom" or "helo"
  std::string result;    // a word of RFC 8601
  std::string human_result;
  auto operator<=>(const AuthResult&) const = default;
};

struct Row {
  std::string source_ip;
  std::uint64_t count = 1;
  std::string disposition;  // "none", "quarantine", "reject"
  std::string dkim;         // aligned: "pass" or "fail"
  std::string spf;
  std::vector<Reason> reasons;
  std::string envelope_to;
  std::string envelope_from;
  std::string header_from;
  std::vector<AuthResult> dkim_results;
  std::vector<AuthResult> spf_results;
  auto operator<=>(const Row&) const = default;
};

struct Published {
  std::string domain;
  std::string adkim;
  std::string aspf;
  std::string p;
  std::string sp;
  std::string np;
  std::string pct;
  std::string fo;
  std::string testing;
  auto operator<=>(const Published&) const = default;
};

struct Report {
  std::string version = "1.0";
  std::string org_name;
  std::string email;
  std::string extra_contact_info;
  std::string report_id;
  std::int64_t begin = 0;  // seconds since 1970, UTC
  std::int64_t end = 0;
  std::vector<std::string> errors;
  Published published;
  std::vector<Row> rows;
  bool operator==(const Report&) const = default;
};

// One judged message, as it was noted.
struct Observation {
  std::chrono::sys_seconds at;
  Published published;  // of the domain whose record was used
  Row row;              // count: how many messages were alike
};

struct Reporter {
  std::string org_name;
  std::string email;
  std::string host;  // the receiver in names and ids
};

// One report per policy domain and UTC day, in that order; equal rows added up.
std::vector<Report> reports_of(std::vector<Observation> observations, const Reporter& reporter);

// RFC 7489 C, with escapes; what XML 1.0 cannot hold becomes "?".
std::string to_xml(const Report& report);

}  // namespace scop::dmarc_report
