// Message bodies too large for a database row: one file each, named by the transaction's id. A file counts
// only once keep() has synced it and its folder and a committed row names it; any other is an orphan and
// swept at start.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "files/descriptor.hpp"

namespace scop::files {

// A file being written; removed on destruction unless kept.
class SpoolFile {
 public:
  SpoolFile(SpoolFile&&) noexcept;
  SpoolFile& operator=(SpoolFile&&) noexcept;
  ~SpoolFile();

  Outcome<> append(std::string_view octets);
  Outcome<> sync();       // the file and its folder: from here on it survives a power loss
  std::string keep() &&;  // the caller's row owns it now; its name
  const std::string& name() const { return name_; }

 private:
  friend class Spool;
  SpoolFile(Descriptor descriptor, std::filesystem::path folder, std::string name);
  Descriptor descriptor_;
  std::filesystem::path folder_;
  std::string name_;
};

class Spool {
 public:
  static Outcome<Spool> open(std::filesystem::path folder);  // made where it is missing

  Outcome<SpoolFile> create(std::string_view stem) const;  // a random part is added: names never repeat
  Outcome<std::string> read(std::string_view name, std::uint64_t at_most) const;
  std::filesystem::path path(std::string_view name) const { return folder_ / name; }
  void remove(std::string_view name) const;
  // Removes every file of which `is_wanted` says no; their number.
  std::size_t sweep(const std::function<bool(std::string_view)>& is_wanted) const;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  explicit Spool(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace scop::files
