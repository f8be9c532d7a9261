// scop dns publish: one update (RFC 2136, TSIG) for each zone, from what its primary has to what it should
// have. Records of others are never touched (libs/domain_records/difference.hpp).
#pragma once

#include <string>
#include <vector>

#include "scop/instance.hpp"

namespace scop::command {

struct PublishOptions {
  bool dry_run = false;
  std::vector<std::string> taken;  // "example.org/MX"
};

int publish_records(const Context& context, const Instance& instance, const std::vector<std::string>& domains,
                    const PublishOptions& options);

}  // namespace scop::command
