// The report as JSON, and what has changed between two of them.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "risk/report.hpp"

namespace scop::risk {

boost::json::object to_json(const Report& report);

struct Change {
  std::string where;   // "findings: self-signed public"
  std::string before;  // empty: it is new
  std::string after;   // empty: it is gone
  bool operator==(const Change&) const = default;
};

inline constexpr std::size_t most_json = 16U << 20U;  // octets of a report that is read back

// malformed: no JSON, too big, or no report of ours.
Outcome<boost::json::object> report_from_json(std::string_view text);

// Reports of any origin: what is at different places in arrays is compared by its names, times aside.
std::vector<Change> difference(const boost::json::object& before, const boost::json::object& after);

}  // namespace scop::risk
