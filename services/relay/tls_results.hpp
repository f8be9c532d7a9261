// What the courier says of TLS in its sessions, as it is kept: cut to bounds, as deterministic octets, so
// that sessions that are alike are counted in one row. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scop/v1/courier.pb.h"
#include "tls_report/report.hpp"

namespace scop::relay {

// One or more sessions of a UTC day (days since 1970) to the hosts of one domain.
struct TlsCount {
  std::int64_t day = 0;
  std::string domain;
  std::string facts;    // a v1::TlsSession
  std::string outline;  // the same without details: counted where a domain has too many different ones
  std::uint64_t sessions = 1;
  bool operator==(const TlsCount&) const = default;
};

// Equal ones added up; those without a domain or of an unknown kind are passed over.
std::vector<TlsCount> tls_counts_of(const v1::AttemptReport& report, std::int64_t day);

// nullopt: damaged.
std::optional<tls_report::Counted> counted_from(std::string_view facts, std::uint64_t sessions);

}  // namespace scop::relay
