// Reads the records of a backup, in order, whole, each path once; whoever takes them may write them
// somewhere, but only after manifest() it is known that nothing is missing.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "scop/v1/backup.pb.h"

namespace scop::backup {

class Taker {
 public:
  virtual ~Taker() = default;
  virtual Outcome<> head(const v1::BackupHead& head) = 0;
  virtual Outcome<> folder(const v1::BackupEntry& entry) = 0;
  virtual Outcome<> begin_file(const v1::BackupEntry& entry) = 0;
  virtual Outcome<> data(std::string_view octets) = 0;
  virtual Outcome<> end_file() = 0;
};

class Reader {
 public:
  explicit Reader(Taker& taker);
  Reader(Reader&&) noexcept;
  ~Reader();

  Outcome<> push(std::string_view octets);
  Outcome<> finish() const;  // the stream has ended: was the manifest there, and true?
  const v1::BackupManifest& manifest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scop::backup
