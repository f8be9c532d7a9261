// What one daemon's configuration lets it reach, as a service manager outside can hold it: folders,
// addresses, ports it listens on, memory. The daemon's own walls (services/<daemon>/jail.cpp) say the same
// more finely.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.hpp"
#include "settings/mesh.hpp"

namespace scop::command {

struct Reach {
  std::vector<std::filesystem::path> read;   // files and folders beside its own folder
  std::vector<std::filesystem::path> write;  // folders beside its own state
  std::vector<std::string> addresses;        // literal, without port; "any"; "localhost"
  std::vector<std::string> listens;          // "tcp:7104", "udp:53"
  bool has_low_ports = false;                // below 1024
  std::uint64_t memory = 0;                  // octets, all its processes together
  std::uint64_t open_files = 0;
};

Reach reach_of(std::string_view daemon, const config::Document& document, const settings::Mesh& mesh);

}  // namespace scop::command
