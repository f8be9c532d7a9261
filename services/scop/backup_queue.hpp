// The queue in a backup: rows that name spool files must find them there.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/error.hpp"
#include "files/descriptor.hpp"

namespace scop::command::backup {

struct Spooled {
  std::string name;
  const files::Descriptor& file;
};

// Gives each spool file that the copy of the queue names; a row whose file has gone since then was delivered
// or dropped, and leaves the copy.
Outcome<> keep_spool(const std::filesystem::path& copy, const std::filesystem::path& spool,
                     const std::function<Outcome<>(const Spooled&)>& take);

// After a restore: everything waits until the administrator releases it (scop queue release).
Outcome<std::int64_t> hold_queue(const std::filesystem::path& queue);

}  // namespace scop::command::backup
