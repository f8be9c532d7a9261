// Facts of a mesh in good order, for tests to spoil.
#pragma once

#include <string>

#include "risk/facts.hpp"

namespace scop::risk::testing {

inline constexpr Time noon =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::hours(12);

// As `scop init` as root leaves it: all daemons up behind all walls; `more` is added to scop.toml.
Facts sound_mesh(const std::string& more = "");

DaemonFacts& daemon(Facts& facts, std::string_view name);
File& file(Facts& facts, const std::string& path);  // below the instance's folder

}  // namespace scop::risk::testing
