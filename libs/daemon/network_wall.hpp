// Which TCP ports a daemon may connect to, held by a control group of its own with a BPF program at
// connect(2): for kernels whose Landlock has no rules for ports (before Linux 6.7; Debian 12 has 6.1). Root
// alone can put it up, and nothing that the daemon may do later takes it down: a socket stays in the group in
// which it was made.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/error.hpp"
#include "files/descriptor.hpp"

namespace scop::daemon {

class NetworkWall {
 public:
  // Moves this process into a group of its own below its present one; before any socket is opened.
  static Outcome<NetworkWall> enter(std::string_view daemon);

  // From now on connect(2) gives EPERM for every other port; UDP where `udp`.
  Outcome<> put_up(std::span<const std::uint16_t> ports, bool udp) const;

 private:
  explicit NetworkWall(files::Descriptor group) : group_(std::move(group)) {}
  files::Descriptor group_;
};

}  // namespace scop::daemon
