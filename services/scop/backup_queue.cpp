#include "scop/backup_queue.hpp"

#include <fcntl.h>

#include <cerrno>

#include "store/database.hpp"

namespace scop::command::backup {

namespace {

struct Named {
  std::int64_t number = 0;
  std::string spool;
};

Outcome<std::vector<Named>> spooled_messages(store::Database& queue) {
  auto rows = queue.query("SELECT number, spool FROM message WHERE spool <> ''");
  if (!rows) return std::unexpected(rows.error());
  std::vector<Named> found;
  for (;;) {
    const auto row = rows->next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    found.push_back({rows->integer(0), rows->text(1)});
  }
}

Outcome<> remove(store::Database& queue, std::int64_t number) {
  for (const std::string_view sql :
       {"DELETE FROM recipient WHERE message = ?", "DELETE FROM content WHERE number = ?",
        "DELETE FROM message WHERE number = ?"}) {
    if (auto done = queue.run(sql, number); !done) return done;
  }
  return {};
}

constexpr store::Options alone{.exclusive = true};  // its log is gone again when it is closed

}  // namespace

Outcome<> keep_spool(const std::filesystem::path& copy, const std::filesystem::path& spool,
                     const std::function<Outcome<>(const Spooled&)>& take) {
  auto queue = store::Database::open(copy, alone);
  if (!queue) return std::unexpected(queue.error());
  const auto messages = spooled_messages(*queue);
  if (!messages) return std::unexpected(messages.error());
  for (const auto& [number, name] : *messages) {
    if (name.contains('/')) return failure(ErrorKind::broken, "the queue names a spool file " + name);
    const files::Descriptor file(::open((spool / name).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.is_open() && errno != ENOENT)
      return std::unexpected(files::error_of(errno, "opening", spool / name));
    auto done = file.is_open() ? take({name, file}) : remove(*queue, number);
    if (!done) return done;
  }
  return {};
}

Outcome<std::int64_t> hold_queue(const std::filesystem::path& file) {
  auto queue = store::Database::open(file, alone);
  if (!queue) return std::unexpected(queue.error());
  if (auto done = queue->run("UPDATE recipient SET next_attempt = NULL"); !done)
    return std::unexpected(done.error());
  if (auto done = queue->run("UPDATE message SET held = 1"); !done) return std::unexpected(done.error());
  return queue->changes();
}

}  // namespace scop::command::backup
