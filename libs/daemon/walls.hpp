// What one daemon may still do once it is up: a short, diffable list per service (services/<name>/jail.cpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace scop::daemon {

struct Walls {
  std::vector<std::filesystem::path> read;   // files or folders, beside its own certificate folder and state
  std::vector<std::filesystem::path> write;  // beside its own state folder
  std::vector<std::uint16_t> connect_ports;  // TCP, beside the pipes of its declared callees
  bool connect_anywhere = false;             // every TCP port, and source_address
  bool source_address = false;  // connections may choose the address they come from (bind to port 0)
  bool udp = false;             // resolver, signer's updates
  std::vector<std::string_view> system_calls;  // beside the base list that every daemon shares
  std::uint64_t open_files = 1024;
  std::uint64_t memory = 1ULL << 30U;  // address space is not what is limited: RLIMIT_DATA, octets
};

}  // namespace scop::daemon
