#include "resolver/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace scop::resolver {

namespace {
constexpr double first_milliseconds = 0.1;
}

void Durations::note(std::chrono::steady_clock::duration took) {
  const double milliseconds = std::chrono::duration<double, std::milli>(took).count();
  const double place =
      milliseconds <= first_milliseconds ? 0 : 2 * std::log2(milliseconds / first_milliseconds);
  ++counts_.at(std::min(static_cast<std::size_t>(place), counts_.size() - 1));
  ++all_;
}

std::uint64_t Durations::quantile(double share) const {
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_.at(i);
    if (all_ == 0 || static_cast<double>(seen) < share * static_cast<double>(all_)) continue;
    return static_cast<std::uint64_t>(
        std::ceil(first_milliseconds * std::pow(2, static_cast<double>(i + 1) / 2)));
  }
  return 0;
}

void Statistics::note(const Found& found, std::chrono::steady_clock::duration took) {
  ++resolutions;
  resolution.note(took);
  switch (found.answer.validation) {
    case dns::Validation::secure:
      ++secure;
      break;
    case dns::Validation::insecure:
      ++insecure;
      break;
    case dns::Validation::bogus:
      ++bogus;
      break;
    case dns::Validation::indeterminate:
      break;
  }
  switch (found.answer.rcode) {
    case dns::Rcode::no_error:
      ++no_error;
      break;
    case dns::Rcode::nx_domain:
      ++nx_domain;
      break;
    case dns::Rcode::serv_fail:
      ++serv_fail;
      break;
    default:
      ++other_rcode;
  }
}

std::vector<std::pair<std::string, std::uint64_t>> Statistics::counts() const {
  return {{"look_ups", look_ups},
          {"cache_hits", cache_hits},
          {"stale", stale},
          {"joined", joined},
          {"timed_out", timed_out},
          {"resolutions", resolutions},
          {"prefetches", prefetches},
          {"secure", secure},
          {"insecure", insecure},
          {"bogus", bogus},
          {"rcode_noerror", no_error},
          {"rcode_nxdomain", nx_domain},
          {"rcode_servfail", serv_fail},
          {"rcode_other", other_rcode},
          {"contexts", contexts},
          {"resolution_p50_ms", resolution.quantile(0.5)},
          {"resolution_p99_ms", resolution.quantile(0.99)}};
}

}  // namespace scop::resolver
