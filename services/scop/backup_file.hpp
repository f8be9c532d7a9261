// The backup's file: from disk or standard input through decryption and the records' reader, and the other
// way.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "backup/reader.hpp"
#include "backup/seal.hpp"
#include "files/descriptor.hpp"

namespace scop::command::backup {

struct KeyFiles {
  std::filesystem::path passphrase;
  std::filesystem::path key;  // public for writing, secret for reading
};

Outcome<scop::backup::Sealer> sealer_of(const KeyFiles& files);
Outcome<scop::backup::Opening> opening_of(const KeyFiles& files);

// Reads it to its end; "-" is standard input. Errors name the file.
Outcome<> read_backup(const std::filesystem::path& file, scop::backup::Opening opening,
                      scop::backup::Reader& reader);

// Written beside under a name of its own and renamed at the end; "-" is standard output.
class BackupOut {
 public:
  static Outcome<BackupOut> open(std::filesystem::path file);
  BackupOut(BackupOut&&) noexcept = default;
  BackupOut& operator=(BackupOut&&) = delete;
  ~BackupOut();
  Outcome<> write(std::string_view octets);
  Outcome<> finish();
  std::uint64_t octets() const { return octets_; }

 private:
  BackupOut(std::filesystem::path file, std::filesystem::path partial, files::Descriptor descriptor)
      : file_(std::move(file)), partial_(std::move(partial)), descriptor_(std::move(descriptor)) {}
  std::filesystem::path file_;
  std::filesystem::path partial_;  // empty: standard output, or done
  files::Descriptor descriptor_;
  std::uint64_t octets_ = 0;
};

}  // namespace scop::command::backup
