#include "files/maildir_usage.hpp"

#include <system_error>

#include "files/descriptor.hpp"

namespace scop::files {

namespace {

namespace fs = std::filesystem;

bool is_missing(const std::error_code& error) {
  return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
}

// Calls `each` for the entries; they may vanish meanwhile.
template <class Each>
Outcome<> for_entries(const fs::path& folder, Each each) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (auto done = each(*at); !done) return done;
  }
  if (error && !is_missing(error)) return std::unexpected(error_of(error.value(), "read folder", folder));
  return {};
}

Outcome<> add_messages(const fs::path& folder, MaildirUsage& usage) {
  return for_entries(folder, [&](const fs::directory_entry& entry) -> Outcome<> {
    std::error_code error;
    if (entry.is_symlink(error) || !entry.is_regular_file(error)) return {};
    const auto size = entry.file_size(error);
    if (error) return {};
    usage.octets += size;
    ++usage.messages;
    return {};
  });
}

Outcome<> add_folder(const fs::path& folder, MaildirUsage& usage) {
  auto done = add_messages(folder / "new", usage);
  return done ? add_messages(folder / "cur", usage) : done;
}

}  // namespace

Outcome<MaildirUsage> count_maildir(const fs::path& mailbox) {
  MaildirUsage usage;
  auto done = add_folder(mailbox, usage);
  if (done) {
    done = for_entries(mailbox, [&](const fs::directory_entry& entry) -> Outcome<> {
      std::error_code error;
      const bool is_folder = entry.path().filename().native().starts_with('.') && !entry.is_symlink(error) &&
                             entry.is_directory(error);
      return is_folder ? add_folder(entry.path(), usage) : Outcome<>{};
    });
  }
  if (!done) return std::unexpected(std::move(done.error()));
  return usage;
}

}  // namespace scop::files
