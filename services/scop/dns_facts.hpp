// What `scop dns` knows of an instance: its configuration, the keys in use, the certificates served.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain_records/records.hpp"
#include "scop/instance.hpp"

namespace scop::command {

struct FactsWanted {
  std::string domain;                  // A-labels
  std::vector<std::string> addresses;  // of the host, before what is configured
  bool asks_daemons = true;            // else: from files alone
};

// Says what is wrong and returns nothing where the configuration cannot be read.
std::optional<domain_records::Facts> facts_of(const Context& context, const Instance& instance,
                                              const FactsWanted& wanted);

// The records of facts; says what is wrong where there are none.
std::optional<std::vector<domain_records::Record>> records_of(const Context& context,
                                                              const domain_records::Facts& facts);

// The domains that the options name, as A-labels: `all` is every one that accounts hosts; none: the mesh's
// own.
std::vector<std::string> domains_of(const Context& context, const Instance& instance,
                                    const std::vector<std::string>& named, bool all);

}  // namespace scop::command
