#include "daemon/folders.hpp"

namespace scop::daemon {

std::vector<std::filesystem::path> folders_of(const std::vector<std::filesystem::path>& files) {
  std::vector<std::filesystem::path> folders;
  for (const auto& file : files) {
    std::error_code ignored;
    folders.push_back(file.parent_path());
    const auto target = std::filesystem::canonical(file, ignored).parent_path();
    if (!target.empty() && target != file.parent_path()) folders.push_back(target);
  }
  return folders;
}

}  // namespace scop::daemon
