#include "store/snapshot.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <memory>
#include <string_view>

namespace scop::store {

namespace {

using Handle = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
constexpr int patience_ms = 10'000;

Outcome<Handle> open(const std::filesystem::path& file, int flags) {
  sqlite3* raw = nullptr;
  const int result =
      sqlite3_open_v2(file.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Handle handle(raw, sqlite3_close);
  if (result != SQLITE_OK)
    return failure(ErrorKind::unavailable,
                   fmt::format("sqlite: cannot open {}: {}", file.string(), sqlite3_errstr(result)));
  sqlite3_busy_timeout(raw, patience_ms);
  return handle;
}

std::unexpected<Error> failed(const std::filesystem::path& file, int result) {
  const auto kind = (result & 0xff) == SQLITE_FULL || (result & 0xff) == SQLITE_IOERR ? ErrorKind::exhausted
                                                                                      : ErrorKind::broken;
  return failure(kind, fmt::format("sqlite: copying {}: {}", file.string(), sqlite3_errstr(result)));
}

// The copy stands alone, without a write-ahead log to open; the daemon that opens it again turns it back.
int leave_log_mode(sqlite3* copy) {
  return sqlite3_exec(copy, "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
}

}  // namespace

Outcome<> snapshot(const std::filesystem::path& database, const std::filesystem::path& copy) {
  // For writing: a log left by a daemon that was killed is read in by whoever opens it first.
  auto source = open(database, SQLITE_OPEN_READWRITE);
  if (!source) return std::unexpected(source.error());
  std::error_code error;
  if (std::filesystem::exists(copy, error))
    return failure(ErrorKind::conflict, copy.string() + " is there already");
  auto target = open(copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!target) return std::unexpected(target.error());
  auto* backup = sqlite3_backup_init(target->get(), "main", source->get(), "main");
  if (backup == nullptr) return failed(database, sqlite3_extended_errcode(target->get()));
  int result = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (result == SQLITE_DONE) result = finished;
  if (result == SQLITE_OK) result = leave_log_mode(target->get());
  if (result != SQLITE_OK) return failed(database, result);
  return {};
}

bool is_database(const std::filesystem::path& file) {
  constexpr std::string_view begins("SQLite format 3\0", 16);
  std::array<char, begins.size()> octets{};
  struct stat facts{};  // opening a named pipe would wait for its other end
  if (::lstat(file.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
  std::ifstream in(file, std::ios::binary);
  return in.read(octets.data(), octets.size()) && std::string_view(octets.data(), octets.size()) == begins;
}

Outcome<std::uint32_t> schema_of(const std::filesystem::path& database) {
  constexpr std::streamoff at = 60;  // sqlite.org/fileformat2.html 1.3
  std::ifstream in(database, std::ios::binary);
  std::uint32_t version = 0;
  in.seekg(at);
  for (int i = 0; i < 4; ++i) version = version << 8U | static_cast<std::uint32_t>(in.get() & 0xff);
  if (!in) return failure(ErrorKind::broken, database.string() + " is no database");
  return version;
}

}  // namespace scop::store
