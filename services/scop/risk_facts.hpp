// What the risk report is made of, gathered from an instance: configuration, files, daemons, kernel.
#pragma once

#include "risk/facts.hpp"
#include "scop/instance.hpp"

namespace scop::command {

risk::Facts gather_risk_facts(const Context& context, const Instance& instance);

// Parts of it, for `scop doctor`.
risk::DaemonFacts daemon_facts(const Instance& instance, const std::string& daemon,
                               const pipe::Result<v1::DaemonStatus>& answer);
std::vector<risk::DaemonFacts> all_daemon_facts(const Instance& instance);

}  // namespace scop::command
