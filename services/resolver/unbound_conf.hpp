// The settings as text for libunbound, in the language of unbound.conf(5): the one place where our words
// become its options. Local zones and data are not in it: those have calls of their own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "settings/resolver.hpp"

namespace scop::resolver {

// What anchors.hpp has found.
struct AnchorSources {
  std::vector<std::filesystem::path> kept;  // files that the library keeps up to date itself (RFC 5011)
  std::vector<std::string> records;         // fixed
  std::string configured;                   // all of it, as it was written
  bool operator==(const AnchorSources&) const = default;
};

// `tunnels` are the ports of our own (tls_tunnel.hpp) that lead to the forwarders, in their order; empty
// where they are asked in clear.
std::string unbound_conf(const settings::Resolver& settings, const AnchorSources& anchors,
                         const std::vector<std::uint16_t>& tunnels);

}  // namespace scop::resolver
