// The records inside: head, entries with their octets, manifest. What is written is what the reader takes.
//
//   record = kind(1) length(4) payload
//   "H" BackupHead   "F" BackupEntry   "D" octets of the file   "E" its SHA-256   "M" BackupManifest, in
//   pieces
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "scop/v1/backup.pb.h"

namespace scop::backup {

class Writer {
 public:
  Writer();
  Writer(Writer&&) noexcept;
  ~Writer();

  // Each gives octets of the stream.
  std::string head(const v1::BackupHead& head) const;
  std::string folder(const v1::BackupEntry& entry);
  std::string begin_file(const v1::BackupEntry& entry);  // then exactly `size` octets
  std::string data(std::string_view octets);
  std::string end_file();
  std::string finish() const;

  const v1::BackupManifest& manifest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scop::backup
