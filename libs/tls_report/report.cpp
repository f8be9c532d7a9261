#include "tls_report/report.hpp"

#include <map>
#include <utility>

namespace scop::tls_report {

std::vector<PolicyResult> results_of(std::vector<Counted> counted) {
  struct Sums {
    std::uint64_t successes = 0;
    std::map<FailureDetail, std::uint64_t> failures;
  };
  std::map<Policy, Sums> by_policy;
  for (auto& one : counted) {
    auto& sums = by_policy[std::move(one.policy)];
    if (!one.failure) {
      sums.successes += one.count;
      continue;
    }
    one.failure->sessions = 0;
    sums.failures[std::move(*one.failure)] += one.count;
  }
  std::vector<PolicyResult> results;
  for (auto& [policy, sums] : by_policy) {
    auto& result = results.emplace_back(PolicyResult{.policy = policy, .successes = sums.successes});
    for (const auto& [detail, count] : sums.failures) {
      result.failures += count;
      result.details.push_back(detail);
      result.details.back().sessions = count;
    }
  }
  return results;
}

std::uint64_t sessions_of(const Report& report) {
  std::uint64_t sessions = 0;
  for (const auto& result : report.policies) sessions += result.successes + result.failures;
  return sessions;
}

}  // namespace scop::tls_report
