// The Prometheus text exposition format, version 0.0.4
// (prometheus.io/docs/instrumenting/exposition_formats): families in order of their names, each once,
// whatever several daemons told of it. What a daemon tells is foreign: names that are none are left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/registry.hpp"

namespace scop::metrics {

inline constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

bool is_metric_name(std::string_view name);  // [a-zA-Z_:][a-zA-Z0-9_:]*
bool is_label_name(std::string_view name);   // [a-zA-Z_][a-zA-Z0-9_]*

// Families of one name are put together; one of another kind than the first is left out.
std::string exposition(const std::vector<Family>& families);

}  // namespace scop::metrics
