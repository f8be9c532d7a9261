// What became of TLS towards one host, as RFC 8460 counts it, for the relay's reports. Pure.
#pragma once

#include <string>

#include "courier/connection.hpp"
#include "courier/sts_policies.hpp"
#include "dane/host.hpp"
#include "scop/v1/courier.pb.h"
#include "tls_policy/host_policy.hpp"

namespace scop::courier {

// A host that was not asked at all.
v1::TlsSession session_of(const tls_policy::Domain& domain, const std::string& host,
                          const dane::Verdict& dane, const tls_policy::Refusal& refusal);
// A policy that is announced and cannot be had.
v1::TlsSession session_of(const tls_policy::Domain& domain, const StsFinding& finding);
// A connection; nullopt where TLS had no turn.
std::optional<v1::TlsSession> session_of(const tls_policy::Domain& domain, const Connection& connection);

}  // namespace scop::courier
