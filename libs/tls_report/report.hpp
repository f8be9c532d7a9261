// A TLS report (RFC 8460 4) as a value, and how sessions add up to one. Texts are kept as they are written:
// what a stranger reports is shown, never acted on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scop::tls_report {

struct Policy {
  std::string type;                  // "tlsa", "sts", "no-policy-found"
  std::vector<std::string> strings;  // TLSA records, or the MTA-STS policy line by line
  std::string domain;
  std::vector<std::string> mx_hosts;  // patterns of the MTA-STS policy
  auto operator<=>(const Policy&) const = default;
};

struct FailureDetail {
  std::string result_type;  // RFC 8460 4.3: "starttls-not-supported", …
  std::string sending_mta_ip;
  std::string receiving_mx_hostname;
  std::string receiving_mx_helo;
  std::string receiving_ip;
  std::uint64_t sessions = 0;
  std::string additional_information;
  std::string failure_reason_code;
  auto operator<=>(const FailureDetail&) const = default;
};

struct PolicyResult {
  Policy policy;
  std::uint64_t successes = 0;  // sessions
  std::uint64_t failures = 0;
  std::vector<FailureDetail> details;
  bool operator==(const PolicyResult&) const = default;
};

struct Report {
  std::string organization;
  std::int64_t begin = 0;  // seconds since 1970, UTC
  std::int64_t end = 0;
  std::string contact;
  std::string report_id;
  std::vector<PolicyResult> policies;
  bool operator==(const Report&) const = default;
};

// Sessions that were alike. A success has no `failure`.
struct Counted {
  Policy policy;
  std::optional<FailureDetail> failure;
  std::uint64_t count = 0;
};

// One result per policy, in a lasting order; equal details added up.
std::vector<PolicyResult> results_of(std::vector<Counted> counted);

std::uint64_t sessions_of(const Report& report);

// RFC 8460 4.4 as JSON (RFC 8259); what is no UTF-8 is escaped as \xNN.
std::string to_json(const Report& report);

}  // namespace scop::tls_report
