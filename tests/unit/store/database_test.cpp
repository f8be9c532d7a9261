#include "store/database.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "core/id.hpp"

namespace scop::store {
namespace {

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("scop-store-" + Id::random().text())) {
    std::filesystem::create_directory(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path file(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

constexpr std::array<std::string_view, 2> steps{"CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB, c TEXT)",
                                                "ALTER TABLE t ADD COLUMN d INTEGER"};

TEST(Database, ValuesComeBackAsTheyWereBound) {
  const Folder folder;
  auto database = Database::open(folder.file("db")).value();
  ASSERT_TRUE(database.migrate(steps));
  const std::string octets("a\0b\xff", 4);
  ASSERT_TRUE(
      database.run("INSERT INTO t VALUES (?,?,?,?)", 7, Blob{octets}, "x", Time{std::chrono::seconds{5}}));
  ASSERT_TRUE(database.run("INSERT INTO t VALUES (?,?,?,?)", 8, Blob{""}, "", nullptr));
  EXPECT_EQ(database.last_row(), 8);
  auto rows = database.query("SELECT a, b, c, d FROM t ORDER BY a").value();
  ASSERT_TRUE(rows.next().value());
  EXPECT_EQ(rows.integer(0), 7);
  EXPECT_EQ(rows.view(1), octets);
  EXPECT_EQ(rows.view(2), "x");
  EXPECT_EQ(rows.time(3), Time{std::chrono::seconds{5}});
  ASSERT_TRUE(rows.next().value());
  EXPECT_FALSE(rows.is_null(1));
  EXPECT_FALSE(rows.is_null(2));
  EXPECT_TRUE(rows.is_null(3));
  EXPECT_FALSE(rows.next().value());
}

TEST(Database, MigrationsAreAppliedOnceAndANewerSchemaIsRefused) {
  const Folder folder;
  {
    auto database = Database::open(folder.file("db")).value();
    ASSERT_TRUE(database.migrate(std::span(steps).first(1)));
  }
  {
    auto database = Database::open(folder.file("db")).value();
    ASSERT_TRUE(database.migrate(steps));
    ASSERT_TRUE(database.migrate(steps));
    EXPECT_TRUE(database.run("UPDATE t SET d = 1"));
  }
  auto database = Database::open(folder.file("db")).value();
  EXPECT_EQ(database.migrate(std::span(steps).first(1)).error().kind, ErrorKind::broken);
}

TEST(Database, AViolatedConstraintIsAConflict) {
  const Folder folder;
  auto database = Database::open(folder.file("db")).value();
  ASSERT_TRUE(database.migrate(steps));
  ASSERT_TRUE(database.run("INSERT INTO t(a) VALUES (1)"));
  EXPECT_EQ(database.run("INSERT INTO t(a) VALUES (1)").error().kind, ErrorKind::conflict);
}

TEST(Database, AFileThatIsNoDatabaseIsBrokenAndAMissingFolderUnavailable) {
  const Folder folder;
  std::ofstream(folder.file("db")) << std::string(8192, 'x');
  EXPECT_EQ(Database::open(folder.file("db")).error().kind, ErrorKind::broken);
  EXPECT_EQ(Database::open(folder.file("no/db")).error().kind, ErrorKind::unavailable);
}

TEST(Database, AReadOnlyConnectionSeesCommitsAndCannotWrite) {
  const Folder folder;
  auto database = Database::open(folder.file("db")).value();
  ASSERT_TRUE(database.migrate(steps));
  auto reader = Database::open(folder.file("db"), {.read_only = true}).value();
  ASSERT_TRUE(database.run("INSERT INTO t(a) VALUES (1)"));
  EXPECT_TRUE(reader.query("SELECT a FROM t").value().next().value());
  EXPECT_EQ(reader.run("DELETE FROM t").error().kind, ErrorKind::denied);
}

TEST(Database, AnInjectedQuoteStaysAValue) {
  const Folder folder;
  auto database = Database::open(folder.file("db")).value();
  ASSERT_TRUE(database.migrate(steps));
  ASSERT_TRUE(database.run("INSERT INTO t(a, c) VALUES (1, ?)", "'); DROP TABLE t; --"));
  auto rows = database.query("SELECT c FROM t").value();
  ASSERT_TRUE(rows.next().value());
  EXPECT_EQ(rows.view(0), "'); DROP TABLE t; --");
}

}  // namespace
}  // namespace scop::store
