// Hands a TLS report over by HTTPS POST (RFC 8460 5.4). What the receiver says counts, its page does not.
#pragma once

#include <string>

#include "courier/attempt.hpp"
#include "scop/v1/courier.pb.h"

namespace scop::courier {

// Only "https://" URLs, bodies up to 1 MiB and the content types of reports; the certificate must be valid,
// so that nobody else learns whom our users write to.
Task<v1::PostReportReply> post_report(World& world, v1::PostReportRequest request, std::string trace);

}  // namespace scop::courier
