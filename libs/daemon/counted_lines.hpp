// What each daemon counts of its log: one table, as the topology is one.
#pragma once

#include <string_view>
#include <vector>

#include "line_counts/line_counts.hpp"

namespace scop::daemon {

std::vector<metrics::LineRule> counted_lines(std::string_view daemon);

}  // namespace scop::daemon
