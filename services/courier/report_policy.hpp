// Whom a domain wants told about TLS to its mail hosts: the record at _smtp._tls (RFC 8460 3).
#pragma once

#include <string>

#include "asio/task.hpp"
#include "pipe/channel.hpp"
#include "scop/v1/courier.pb.h"

namespace scop::courier {

Task<v1::ReportPolicy> find_report_policy(pipe::Channel& resolver, std::string domain, std::string trace);

}  // namespace scop::courier
