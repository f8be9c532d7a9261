#include "risk/findings.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "risk/rules.hpp"

namespace scop::risk {

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::low:
      return "low";
    case Severity::medium:
      return "medium";
    case Severity::high:
      return "high";
    case Severity::critical:
      return "critical";
  }
  std::unreachable();
}

bool is_loopback(std::string_view endpoint) {
  return endpoint.starts_with("127.") || endpoint.starts_with("[::1]") || endpoint == "::1";
}

bool is_everywhere(std::string_view endpoint) {
  return endpoint.starts_with("0.0.0.0") || endpoint.starts_with("[::]") || endpoint == "::";
}

std::vector<Finding> findings_of(const Facts& facts) {
  Findings findings;
  for (const auto judge : {judge_daemons, judge_listeners, judge_files, judge_certificates, judge_outgoing,
                           judge_incoming, judge_accounts, judge_retention})
    judge(facts, findings);
  Findings ordered;
  for (const auto severity :
       {Severity::critical, Severity::high, Severity::medium, Severity::low, Severity::note}) {
    std::ranges::copy_if(findings, std::back_inserter(ordered),
                         [&](const Finding& finding) { return finding.severity == severity; });
  }
  return ordered;
}

}  // namespace scop::risk
