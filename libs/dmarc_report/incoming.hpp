// Reports in whatever they come in: XML, gzip, zip, or a mail message with one of them attached.
#pragma once

#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "dmarc_report/report.hpp"

namespace scop::dmarc_report {

inline constexpr std::size_t most_attachments = 20;

// At least one, or the error of the last that looked like one; not_found where nothing did.
Outcome<std::vector<Report>> reports_in(std::string_view octets);

}  // namespace scop::dmarc_report
