// Aggregate reports of others: XML → values. No document type, so no entities; bounded in depth, text and
// rows. Elements that are not known are passed over.
#pragma once

#include <string_view>

#include "core/error.hpp"
#include "dmarc_report/report.hpp"

namespace scop::dmarc_report {

inline constexpr std::size_t most_depth = 20;
inline constexpr std::size_t longest_text = 4'096;  // of one element; the rest is dropped
inline constexpr std::size_t most_rows = 200'000;
inline constexpr std::size_t most_per_row = 100;  // reasons, DKIM or SPF results; the rest is dropped

// malformed names line and cause; too_large.
Outcome<Report> parse_xml(std::string_view xml);

}  // namespace scop::dmarc_report
