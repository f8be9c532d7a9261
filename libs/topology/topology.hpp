// The mesh as data: who may call which method of whom. It issues certificates, fills the pipes' allow-lists
// and draws the deployments. An edge that is not here is refused by the callee.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace scop::topology {

struct Daemon {
  std::string_view name;
  std::string_view job;       // one line
  std::string_view holds;     // its secrets and state, one line
  std::string_view reaches;   // outside the mesh: "", "25 465 587 443", "53 853"
  std::uint16_t pipe_port;    // the default port of its pipe
  std::uint16_t user_offset;  // its numeric user id is [mesh] user_base + this
  bool is_daemon;             // false: an identity of people and helpers (operator)
};

struct Edge {
  std::string_view caller;
  std::string_view method;  // "scop.v1.Stage/Pass"
  std::string_view callee;
};

std::span<const Daemon> daemons();
std::span<const Edge> edges();

const Daemon* find(std::string_view name);  // nullptr where there is none
bool may_call(std::string_view caller, std::string_view method, std::string_view callee);
std::vector<std::string_view> callees_of(std::string_view caller);  // each once

}  // namespace scop::topology
