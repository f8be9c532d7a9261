// Writes what comes out of a backup into a fresh folder beside the one that it shall become: closed to
// everybody until it is known to be whole, then given to the daemons' users and renamed. A failure leaves
// nothing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "backup/reader.hpp"
#include "files/descriptor.hpp"

namespace scop::command::backup {

class RestoreTarget final : public scop::backup::Taker {
 public:
  // `folder` must not be there, or be empty.
  static Outcome<std::unique_ptr<RestoreTarget>> make(std::filesystem::path folder);
  explicit RestoreTarget(std::filesystem::path folder, std::filesystem::path partial)
      : folder_(std::move(folder)), partial_(std::move(partial)) {}
  RestoreTarget(const RestoreTarget&) = delete;
  RestoreTarget& operator=(const RestoreTarget&) = delete;
  ~RestoreTarget() override;

  Outcome<> head(const v1::BackupHead& head) override;
  Outcome<> folder(const v1::BackupEntry& entry) override;
  Outcome<> begin_file(const v1::BackupEntry& entry) override;
  Outcome<> data(std::string_view octets) override;
  Outcome<> end_file() override;

  // Owners and modes by the restored configuration, and the name.
  Outcome<> finish(std::vector<std::string>& warnings);

  const v1::BackupHead& told() const { return head_; }
  const std::filesystem::path& partial() const { return partial_; }

 private:
  struct Given {
    std::filesystem::path path;
    mode_t mode = 0;
    std::string owner;
    std::string group;
    bool folder = false;
  };
  Outcome<> give(const Given& given, unsigned user_base, std::vector<std::string>& warnings) const;

  std::filesystem::path folder_;
  std::filesystem::path partial_;  // empty once it has been renamed
  v1::BackupHead head_;
  std::vector<Given> given_;
  files::Descriptor file_;
  std::filesystem::path file_path_;
};

}  // namespace scop::command::backup
