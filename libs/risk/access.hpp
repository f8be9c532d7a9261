// Whether a daemon that runs somebody else's code could read a file, by what was found: users, modes and
// owners of the file and of every folder above it, and the Landlock wall where it stands.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "risk/assets.hpp"
#include "risk/facts.hpp"

namespace scop::risk {

// By modes and owners alone. A file that was not found cannot be read. Root without capabilities is an owner
// like any other.
bool modes_let(const Facts& facts, const User& user, const std::filesystem::path& path);

// Whether the wall that stands lets it through; where none stands, or nobody knows, it does.
bool walls_let(const DaemonFacts* daemon, const std::filesystem::path& path);

// The files of an asset: its path and everything that was found below it.
std::vector<std::string> files_of(const Facts& facts, const Asset& asset);

// Files of `asset` that the daemon could read; empty: none.
std::vector<std::string> within_reach(const Facts& facts, std::string_view daemon, const Asset& asset);

bool is_below(const std::filesystem::path& path, const std::filesystem::path& folder);  // or the same

}  // namespace scop::risk
