// Reports in whatever they come in: JSON, gzip, or a mail message with one of them attached.
#pragma once

#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "tls_report/report.hpp"

namespace scop::tls_report {

inline constexpr std::size_t most_attachments = 20;

// At least one, or the error of the last that looked like one; not_found where nothing did.
Outcome<std::vector<Report>> reports_in(std::string_view octets);

}  // namespace scop::tls_report
