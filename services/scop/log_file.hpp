// A daemon's log on disk, <folder>/log/<daemon>.log: bounded by rotation, so that no log fills the queue's
// disk.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/error.hpp"
#include "files/descriptor.hpp"

namespace scop::command {

class LogFile {
 public:
  static constexpr std::uint64_t most_octets = 16U << 20U;  // then it becomes .1, what was .1 becomes .2 …
  static constexpr int kept = 3;

  static Outcome<LogFile> open(std::filesystem::path file);
  void write(std::string_view line);  // what cannot be written is lost: a full disk stops no mail

 private:
  LogFile(std::filesystem::path file, files::Descriptor descriptor, std::uint64_t size);
  static Outcome<files::Descriptor> open_to_append(const std::filesystem::path& file);
  void rotate();
  std::filesystem::path file_;
  files::Descriptor descriptor_;
  std::uint64_t size_;
};

}  // namespace scop::command
