// What a Maildir holds, counted on disk.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/error.hpp"

namespace scop::files {

struct MaildirUsage {
  std::uint64_t octets = 0;
  std::uint64_t messages = 0;
  bool operator==(const MaildirUsage&) const = default;
};

// The regular files in new and cur of the Maildir and of its Maildir++ folders (".Junk"). Blocking. A folder
// that is not there holds nothing; one that cannot be read is an error.
Outcome<MaildirUsage> count_maildir(const std::filesystem::path& mailbox);

}  // namespace scop::files
