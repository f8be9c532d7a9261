#include "risk/access.hpp"

#include <algorithm>

namespace scop::risk {

namespace {

namespace fs = std::filesystem;

constexpr unsigned read_bit = 4;
constexpr unsigned walk_bit = 1;

bool mode_lets(const File& file, const User& user, unsigned bit) {
  if (file.user == user.id) return (file.mode & (bit << 6U)) != 0;
  if (std::ranges::find(user.groups, file.group) != user.groups.end()) return (file.mode & (bit << 3U)) != 0;
  return (file.mode & bit) != 0;
}

}  // namespace

bool is_below(const fs::path& path, const fs::path& folder) {
  const auto [end, _] = std::ranges::mismatch(folder, path);
  return end == folder.end() || (std::next(end) == folder.end() && end->empty());
}

bool modes_let(const Facts& facts, const User& user, const fs::path& path) {
  const auto found = facts.files.find(path.string());
  if (found == facts.files.end() || !mode_lets(found->second, user, read_bit)) return false;
  for (auto folder = path.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    const auto above = facts.files.find(folder.string());
    if (above != facts.files.end() && !mode_lets(above->second, user, walk_bit)) return false;
  }
  return true;
}

bool walls_let(const DaemonFacts* daemon, const fs::path& path) {
  if (daemon == nullptr || !has_wall(*daemon, "landlock")) return true;
  const auto covers = [&](const std::string& allowed) { return is_below(path, allowed); };
  return std::ranges::any_of(daemon->status->read, covers) ||
         std::ranges::any_of(daemon->status->write, covers);
}

std::vector<std::string> files_of(const Facts& facts, const Asset& asset) {
  std::vector<std::string> files;
  if (asset.path.empty()) return files;
  for (auto at = facts.files.lower_bound(asset.path);
       at != facts.files.end() && at->first.starts_with(asset.path); ++at) {
    if (!at->second.is_folder && is_below(at->first, asset.path)) files.push_back(at->first);
  }
  return files;
}

std::vector<std::string> within_reach(const Facts& facts, std::string_view daemon, const Asset& asset) {
  const auto user = user_of(facts, daemon);
  const auto* known = find_daemon(facts, daemon);
  auto files = files_of(facts, asset);
  std::erase_if(files, [&](const std::string& file) {
    return !modes_let(facts, user, file) || !walls_let(known, file);
  });
  return files;
}

}  // namespace scop::risk
