// A daemon as the first process of a microVM: a kernel and this one program, no userland (deploy/microvm).
// What an init system would have done is done here, before the boot sequence: file systems, modules,
// addresses. What the kernel's command line says as NAME=value arrives as the environment:
//   SCOP_MICROVM=1                      the mark; without it nothing here happens (containers have a process
//   1 too) SCOP_NET=MAC=ADDRESS/BITS,…         IPv4, each for the interface with that hardware address
//   SCOP_GATEWAY=ADDRESS                a way out, for those that have one
//   SCOP_STATE=FOLDER                   where the disk /dev/vda (ext4) is mounted
// Modules are /modules/*.ko, loaded in the order of their names and then removed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace scop::daemon {

struct InterfaceAddress {
  std::string hardware;  // "52:54:00:00:00:01"
  std::string address;   // "10.89.0.2"
  unsigned bits = 0;     // 1 to 32
  bool operator==(const InterfaceAddress&) const = default;
};

// "MAC=ADDRESS/BITS,…"; an error names the entry.
Outcome<std::vector<InterfaceAddress>> read_interface_addresses(std::string_view text);

bool is_first_process();
Outcome<> come_up();

}  // namespace scop::daemon
