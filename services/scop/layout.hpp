// The folders of an instance and who owns them (see settings/mesh.hpp). Everything made is remembered, so
// that a failed `scop init` leaves nothing behind.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "mesh_ca/file.hpp"

namespace scop::command {

// The user and group a daemon runs as; nullopt: whoever starts it.
std::optional<mesh_ca::Owner> owner_of(unsigned user_base, std::string_view daemon);

// A group by its name or number. not_found: there is none of that name.
Outcome<gid_t> group_of(const std::string& text);

class Layout {
 public:
  Layout(std::filesystem::path folder, unsigned user_base)
      : folder_(std::move(folder)), user_base_(user_base) {}
  Layout(const Layout&) = delete;
  Layout& operator=(const Layout&) = delete;
  ~Layout();  // removes what was made, unless kept

  // denied: a user of the daemons could not walk there.
  Outcome<> check_reachable() const;
  Outcome<> make_folder(const std::filesystem::path& relative, mode_t mode, std::string_view owner = {});
  Outcome<> write(const std::filesystem::path& relative, std::string_view content, mode_t mode,
                  std::string_view owner = {});
  // The folders and the key of an identity that is no daemon become readable for a group.
  Outcome<> share(std::string_view identity, gid_t group);
  Outcome<> make_folders_of(std::string_view daemon, bool is_daemon);
  void keep() { made_.clear(); }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  unsigned user_base_;
  std::vector<std::filesystem::path> made_;
};

}  // namespace scop::command
