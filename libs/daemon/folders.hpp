// Where files that are replaced while the daemon runs may be found again: a jail has to name folders, for a
// renewed certificate is a new file under the old name.
#pragma once

#include <filesystem>
#include <vector>

namespace scop::daemon {

// The folder of each; ACME clients put symbolic links there, so the folders that they lead to count as well.
std::vector<std::filesystem::path> folders_of(const std::vector<std::filesystem::path>& files);

}  // namespace scop::daemon
