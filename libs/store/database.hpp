// One SQLite connection: WAL, synchronous=FULL, foreign keys on; statements are prepared once and kept.
// A full disk or a failed write is ErrorKind::exhausted, a violated constraint conflict, a damaged file
// broken. Not for two threads at once; a job of the Writer gets it lent.
#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/clock.hpp"
#include "core/error.hpp"

namespace scop::store {

struct Options {
  bool read_only = false;
  bool spool = false;      // much is written and soon deleted: no secure_delete (which Debian compiles in)
  bool exclusive = false;  // the only connection to the file: no shared memory, no lock calls per transaction
  std::chrono::milliseconds busy_timeout{5000};
  std::uint32_t page_octets = 4096;       // of a new file
  std::uint32_t checkpoint_pages = 1000;  // of WAL before they are copied into the file
};

// Octets that are stored as a BLOB; a plain string is stored as TEXT.
struct Blob {
  std::string_view octets;
};

// A bound parameter. Views are copied by SQLite before the call returns.
class Value {
 public:
  Value(std::nullptr_t) {}
  template <std::integral T>
  Value(T number) : value_(static_cast<std::int64_t>(number)) {}
  Value(std::string_view text) : value_(text) {}
  Value(const std::string& text) : value_(std::string_view(text)) {}
  Value(const char* text) : value_(std::string_view(text)) {}
  Value(Blob blob) : value_(blob) {}
  Value(Time time) : value_(std::int64_t{time.time_since_epoch().count()}) {}
  template <class T>
  Value(const std::optional<T>& value) : value_(value ? Value(*value).value_ : Any{}) {}

 private:
  friend class Rows;
  using Any = std::variant<std::monostate, std::int64_t, std::string_view, Blob>;
  Any value_;
};

struct Connection;

// The rows of a query, one at a time; columns count from 0. Views hold until the next next().
class Rows {
 public:
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) = delete;
  ~Rows();

  Outcome<bool> next();  // false: no more
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  bool boolean(int column) const { return integer(column) != 0; }
  Time time(int column) const { return Time{std::chrono::milliseconds{integer(column)}}; }
  std::string_view view(int column) const;  // of TEXT and BLOB alike
  std::string text(int column) const { return std::string(view(column)); }

 private:
  friend class Database;
  Rows(Connection& connection, void* statement, std::string sql);
  Outcome<> bind(std::span<const Value> values);
  Connection* connection_;
  void* statement_;
  std::string sql_;
};

class Database {
 public:
  static Outcome<Database> open(const std::filesystem::path& file, const Options& options = {});
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // Brings the schema up to date: steps[n] leads from user_version n to n + 1, each in one transaction.
  Outcome<> migrate(std::span<const std::string_view> steps);

  template <class... Values>
  Outcome<Rows> query(std::string_view sql, const Values&... values) {
    const std::array<Value, sizeof...(Values)> bound{Value(values)...};
    return query_bound(sql, bound);
  }
  // A statement that gives no rows.
  template <class... Values>
  Outcome<> run(std::string_view sql, const Values&... values) {
    const std::array<Value, sizeof...(Values)> bound{Value(values)...};
    return run_bound(sql, bound);
  }
  Outcome<Rows> query_bound(std::string_view sql, std::span<const Value> values);
  Outcome<> run_bound(std::string_view sql, std::span<const Value> values);

  std::int64_t last_row() const;  // of the latest INSERT
  std::int64_t changes() const;   // rows that the latest INSERT, UPDATE or DELETE touched
  bool in_transaction() const;    // SQLite ends one by itself on a full disk

 private:
  explicit Database(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace scop::store
