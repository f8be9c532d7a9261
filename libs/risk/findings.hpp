// What is wrong or could be better: each with how bad it is, why, what to do, and how it is known.
#pragma once

#include <string>
#include <vector>

#include "risk/facts.hpp"

namespace scop::risk {

enum class Severity : std::uint8_t { note, low, medium, high, critical };
std::string_view name_of(Severity severity);

struct Finding {
  std::string id;  // "secret-readable": stable, for comparisons
  Severity severity = Severity::note;
  std::string subject;  // a daemon, a file, a setting
  std::string what;
  std::string why;
  std::string remedy;
  Source source = Source::configuration;
};

// The worst first.
std::vector<Finding> findings_of(const Facts& facts);

}  // namespace scop::risk
