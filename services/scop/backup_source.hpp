// What of an instance goes into a backup, and reading it: each daemon's files by a process of that daemon's
// own user, so that a daemon that was broken into can put nothing into the backup but what it may read
// itself.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "settings/mesh.hpp"

namespace scop::command::backup {

// One user's share.
struct Share {
  std::string name;                             // for messages: "relay", "configuration"
  uid_t user = 0;                               // 0: whoever we are
  std::vector<std::filesystem::path> roots;     // relative to the instance: files, or folders with all below
  std::vector<std::filesystem::path> left_out;  // relative, with all below
};

struct Choice {
  bool with_ca = true;
  std::filesystem::path mail_folder;  // absolute: mailboxes are left out
};

std::vector<Share> shares_of(const settings::Mesh& mesh, const Choice& choice);

// In the share's own process: writes a stream of libs/backup's records to `descriptor`.
Outcome<> write_share(const settings::Mesh& mesh, const Share& share, int descriptor);

// Starts that process and hands over what it writes; its end is waited for. An error of `take` ends it.
Outcome<> read_share(const settings::Mesh& mesh, const Share& share,
                     const std::function<Outcome<>(std::string_view)>& take);

}  // namespace scop::command::backup
