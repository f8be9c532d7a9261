// Files that are there whole or not at all: written beside, synced, renamed over the old one, folder synced.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string_view>

#include "core/error.hpp"

namespace scop::mesh_ca {

struct Owner {
  uid_t user = 0;
  gid_t group = 0;
};

// `mode` holds from the first octet on: a secret is never readable for a moment. A symbolic link is replaced,
// not followed.
Outcome<> replace_file(const std::filesystem::path& file, std::string_view content, mode_t mode,
                       std::optional<Owner> owner = std::nullopt);

}  // namespace scop::mesh_ca
