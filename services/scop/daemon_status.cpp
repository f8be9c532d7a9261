#include "scop/daemon_status.hpp"

#include "topology/topology.hpp"

namespace scop::command {

namespace {

constexpr std::chrono::seconds patience{3};

}  // namespace

std::vector<AskedStatus> ask_status(const Instance& instance) {
  std::vector<AskedStatus> all;
  for (const auto& daemon : topology::daemons()) {
    if (!daemon.is_daemon) continue;
    all.push_back({std::string(daemon.name),
                   instance.call(daemon.name, pipe::methods::daemon_status, v1::Nothing(), patience)});
  }
  return all;
}

}  // namespace scop::command
