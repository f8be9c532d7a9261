#include "scop/log_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace scop::command {

namespace fs = std::filesystem;

LogFile::LogFile(fs::path file, files::Descriptor descriptor, std::uint64_t size)
    : file_(std::move(file)), descriptor_(std::move(descriptor)), size_(size) {}

Outcome<files::Descriptor> LogFile::open_to_append(const fs::path& file) {
  files::Descriptor descriptor(
      ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!descriptor.is_open()) return std::unexpected(files::error_of(errno, "opening", file));
  return descriptor;
}

Outcome<LogFile> LogFile::open(fs::path file) {
  auto descriptor = open_to_append(file);
  if (!descriptor) return std::unexpected(descriptor.error());
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return LogFile(std::move(file), std::move(*descriptor), error ? 0 : size);
}

void LogFile::write(std::string_view line) {
  if (size_ > 0 && size_ + line.size() > most_octets) rotate();
  [[maybe_unused]] const auto written = ::write(descriptor_.number(), line.data(), line.size());
  size_ += line.size();
}

void LogFile::rotate() {
  std::error_code error;
  for (int number = kept - 1; number >= 1; --number) {
    fs::rename(file_.string() + "." + std::to_string(number),
               file_.string() + "." + std::to_string(number + 1), error);
  }
  fs::rename(file_, file_.string() + ".1", error);
  size_ = 0;
  if (auto fresh = open_to_append(file_)) descriptor_ = std::move(*fresh);
}

}  // namespace scop::command
