// The work of one `scop dns publish`, zone by zone, and what is said about it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain_records/difference.hpp"
#include "scop/context.hpp"
#include "scop/published_file.hpp"

namespace scop::command {

struct ZoneWork {
  domain_records::Wishes wishes;
  domain_records::Plan plan;                // of the last look
  std::vector<dns_update::Change> changes;  // that were sent, or would be
  std::size_t unchanged = 0;                // records that were there already
  std::string problem;                      // empty: done, or nothing was to be done
};

struct Work {
  std::map<std::string, ZoneWork> zones;
  std::vector<std::string> notes;  // what is left out, and why
  std::map<std::string, std::set<std::pair<std::string, dns::Type>>>
      places;  // by domain: its names and types
  Published published;
};

void print(const Context& context, const Work& work, bool dry_run);

}  // namespace scop::command
