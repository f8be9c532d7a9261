#include "store/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <map>
#include <utility>
#include <vector>

namespace scop::store {

struct Connection {
  sqlite3* handle = nullptr;
  std::map<std::string, std::vector<sqlite3_stmt*>, std::less<>> idle;  // prepared, reset, by their text

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    for (auto& [sql, statements] : idle) {
      for (auto* statement : statements) sqlite3_finalize(statement);
    }
    sqlite3_close(handle);
  }
};

namespace {

sqlite3_stmt* as_statement(void* statement) { return static_cast<sqlite3_stmt*>(statement); }

ErrorKind kind_of(int result) {
  switch (result & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return ErrorKind::exhausted;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorKind::timed_out;
    case SQLITE_CONSTRAINT:
      return ErrorKind::conflict;
    case SQLITE_CANTOPEN:
      return ErrorKind::unavailable;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return ErrorKind::denied;
    case SQLITE_TOOBIG:
      return ErrorKind::too_large;
    default:
      return ErrorKind::broken;
  }
}

std::unexpected<Error> failed(sqlite3* handle, int result, std::string_view sql) {
  return failure(kind_of(result), fmt::format("sqlite: {} ({}) in: {}", sqlite3_errmsg(handle),
                                              sqlite3_extended_errcode(handle), sql.substr(0, 120)));
}

Outcome<> execute(sqlite3* handle, const std::string& script) {
  const int result = sqlite3_exec(handle, script.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return failed(handle, result, script);
  return {};
}

std::string pragmas(const Options& options) {
  std::string script;
  if (!options.read_only) {
    script += fmt::format("PRAGMA page_size={};", options.page_octets);
    if (options.exclusive) script += "PRAGMA locking_mode=EXCLUSIVE;";
    script += "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";
    script += fmt::format("PRAGMA wal_autocheckpoint={};", options.checkpoint_pages);
    if (options.spool) script += "PRAGMA secure_delete=OFF;";
  }
  script +=
      "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;";
  return script;
}

}  // namespace

Rows::Rows(Connection& connection, void* statement, std::string sql)
    : connection_(&connection), statement_(statement), sql_(std::move(sql)) {}

Rows::Rows(Rows&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      sql_(std::move(other.sql_)) {}

Rows::~Rows() {
  if (statement_ == nullptr) return;
  sqlite3_reset(as_statement(statement_));
  sqlite3_clear_bindings(as_statement(statement_));
  connection_->idle[std::move(sql_)].push_back(as_statement(statement_));
}

Outcome<> Rows::bind(std::span<const Value> values) {
  auto* statement = as_statement(statement_);
  int at = 0;
  for (const auto& value : values) {
    ++at;
    int result = SQLITE_OK;
    if (const auto* number = std::get_if<std::int64_t>(&value.value_)) {
      result = sqlite3_bind_int64(statement, at, *number);
    } else if (const auto* text = std::get_if<std::string_view>(&value.value_)) {
      // A null pointer would be stored as NULL: an empty view becomes the empty string.
      result = sqlite3_bind_text64(statement, at, text->empty() ? "" : text->data(), text->size(),
                                   SQLITE_TRANSIENT, SQLITE_UTF8);
    } else if (const auto* blob = std::get_if<Blob>(&value.value_)) {
      const auto octets = blob->octets;
      result = sqlite3_bind_blob64(statement, at, octets.empty() ? "" : octets.data(), octets.size(),
                                   SQLITE_TRANSIENT);
    } else {
      result = sqlite3_bind_null(statement, at);
    }
    if (result != SQLITE_OK) return failed(connection_->handle, result, sql_);
  }
  return {};
}

Outcome<bool> Rows::next() {
  const int result = sqlite3_step(as_statement(statement_));
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return failed(connection_->handle, result, sql_);
}

bool Rows::is_null(int column) const {
  return sqlite3_column_type(as_statement(statement_), column) == SQLITE_NULL;
}

std::int64_t Rows::integer(int column) const {
  return sqlite3_column_int64(as_statement(statement_), column);
}

std::string_view Rows::view(int column) const {
  const auto* octets = static_cast<const char*>(sqlite3_column_blob(as_statement(statement_), column));
  const int size = sqlite3_column_bytes(as_statement(statement_), column);
  return octets == nullptr ? std::string_view{} : std::string_view(octets, static_cast<std::size_t>(size));
}

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Outcome<Database> Database::open(const std::filesystem::path& file, const Options& options) {
  auto connection = std::make_unique<Connection>();
  const int flags = (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int result = sqlite3_open_v2(file.c_str(), &connection->handle, flags, nullptr);
  if (result != SQLITE_OK) {
    return failure(kind_of(result),
                   fmt::format("sqlite: cannot open {}: {}", file.string(), sqlite3_errstr(result)));
  }
  sqlite3_busy_timeout(connection->handle, static_cast<int>(options.busy_timeout.count()));
  sqlite3_db_config(connection->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (auto set = execute(connection->handle, pragmas(options)); !set)
    return std::unexpected(std::move(set.error()));
  return Database(std::move(connection));
}

Outcome<> Database::migrate(std::span<const std::string_view> steps) {
  std::int64_t version = 0;
  {
    auto rows = query("PRAGMA user_version");
    if (!rows) return std::unexpected(std::move(rows.error()));
    if (auto row = rows->next(); !row) return std::unexpected(std::move(row.error()));
    version = rows->integer(0);
  }
  if (version > std::ssize(steps)) {
    return failure(ErrorKind::broken,
                   fmt::format("the database has schema {}, this program knows up to {}: it was "
                               "used by a newer version",
                               version, steps.size()));
  }
  for (const auto step : steps.subspan(static_cast<std::size_t>(version))) {
    ++version;
    const auto script = fmt::format("BEGIN IMMEDIATE; {}; PRAGMA user_version={}; COMMIT;", step, version);
    if (auto done = execute(connection_->handle, script); !done) {
      if (in_transaction()) static_cast<void>(execute(connection_->handle, "ROLLBACK"));
      return done;
    }
  }
  return {};
}

Outcome<Rows> Database::query_bound(std::string_view sql, std::span<const Value> values) {
  sqlite3_stmt* statement = nullptr;
  if (const auto found = connection_->idle.find(sql);
      found != connection_->idle.end() && !found->second.empty()) {
    statement = found->second.back();
    found->second.pop_back();
  } else {
    const int result = sqlite3_prepare_v3(connection_->handle, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (result != SQLITE_OK) return failed(connection_->handle, result, sql);
  }
  Rows rows(*connection_, statement, std::string(sql));
  if (auto bound = rows.bind(values); !bound) return std::unexpected(std::move(bound.error()));
  return rows;
}

Outcome<> Database::run_bound(std::string_view sql, std::span<const Value> values) {
  auto rows = query_bound(sql, values);
  if (!rows) return std::unexpected(std::move(rows.error()));
  for (;;) {
    auto row = rows->next();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return {};
  }
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(connection_->handle); }
std::int64_t Database::changes() const { return sqlite3_changes64(connection_->handle); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_->handle) == 0; }

}  // namespace scop::store
