// What the kernel says of a running process (/proc): its user, capabilities, filters, and the ports it
// listens on. It cannot lie about itself here.
#pragma once

#include <sys/types.h>

#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "risk/facts.hpp"

namespace scop::command {

// nullopt: no such process, or its name is not `name` (then it is in another namespace, or somebody else).
std::optional<risk::Process> look_at_process(pid_t process, std::string_view name);

// /proc/PID/status. nullopt: the lines that are wanted are not there.
std::optional<risk::Process> read_process_status(std::string_view text);

// /proc/PID/net/tcp, tcp6, udp, udp6: the listening ones among the sockets with these inodes.
std::vector<risk::Listener> read_listeners(std::string_view table, bool udp,
                                           const std::set<std::uint64_t>& inodes);

}  // namespace scop::command
