#include "scop/report_files.hpp"

#include <algorithm>
#include <fstream>

namespace scop::command {

namespace fs = std::filesystem;

namespace {

Outcome<> add_files(const fs::path& folder, std::vector<fs::path>& files) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const bool hidden = entry->path().filename().string().starts_with('.');
    if (hidden || !entry->is_regular_file(error)) continue;
    if (files.size() == most_report_files)
      return failure(ErrorKind::too_large, "too many files in " + folder.string());
    files.push_back(entry->path());
  }
  if (error) return failure(ErrorKind::unavailable, "reading " + folder.string() + ": " + error.message());
  return {};
}

}  // namespace

Outcome<std::vector<fs::path>> report_files(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector{path};
  std::vector<fs::path> folders{path};
  if (fs::is_directory(path / "cur", error) && fs::is_directory(path / "new", error))
    folders = {path / "cur", path / "new"};
  std::vector<fs::path> files;
  for (const auto& folder : folders) {
    if (auto added = add_files(folder, files); !added) return std::unexpected(added.error());
  }
  std::ranges::sort(files);
  return files;
}

Outcome<std::string> read_report_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return failure(ErrorKind::not_found, "cannot be opened");
  std::string octets;
  std::string piece(1U << 16U, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    octets.append(piece, 0, static_cast<std::size_t>(in.gcount()));
    if (octets.size() > largest_report_file) return failure(ErrorKind::too_large, "over 64 MiB");
  }
  if (in.bad()) return failure(ErrorKind::unavailable, "cannot be read");
  return octets;
}

}  // namespace scop::command
