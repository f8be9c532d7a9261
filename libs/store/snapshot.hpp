// A whole, consistent copy of a database that others go on writing to (sqlite.org/backup.html): one read
// transaction, so nobody waits for it. As the database's own user: its files stay that user's.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/error.hpp"

namespace scop::store {

// `copy` must not exist; it is one file, without a log beside it.
Outcome<> snapshot(const std::filesystem::path& database, const std::filesystem::path& copy);

// By its first octets.
bool is_database(const std::filesystem::path& file);

// PRAGMA user_version, which migrate() counts.
Outcome<std::uint32_t> schema_of(const std::filesystem::path& database);

}  // namespace scop::store
