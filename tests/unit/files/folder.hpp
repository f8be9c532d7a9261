// A folder that goes with the test.
#pragma once

#include <filesystem>

#include "core/id.hpp"

namespace scop::files {

class Folder {
 public:
  Folder() : path(std::filesystem::temp_directory_path() / ("scop-files-" + Id::random().text())) {
    std::filesystem::create_directory(path);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }

  std::size_t count(const std::filesystem::path& below) const {
    std::error_code error;
    std::filesystem::directory_iterator at(path / below, error);
    return error ? 0 : static_cast<std::size_t>(std::distance(at, std::filesystem::directory_iterator{}));
  }

  const std::filesystem::path path;
};

}  // namespace scop::files
