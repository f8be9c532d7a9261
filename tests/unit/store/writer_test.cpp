#include "store/writer.hpp"

#include <gtest/gtest.h>

#include "core/id.hpp"

namespace scop::store {
namespace {

constexpr std::array<std::string_view, 1> steps{"CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB)"};

class WriterTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("scop-writer-" + Id::random().text());
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Database open() {
    auto database = Database::open(folder_ / "db").value();
    EXPECT_TRUE(database.migrate(steps));
    return database;
  }
  std::int64_t count() {
    auto database = open();
    auto rows = database.query("SELECT count(*) FROM t").value();
    return rows.next().value() ? rows.integer(0) : -1;
  }

  asio::io_context io_;
  std::filesystem::path folder_;
};

Outcome<std::int64_t> insert(Database& database, std::int64_t a) {
  if (auto done = database.run("INSERT INTO t(a) VALUES (?)", a); !done) return std::unexpected(done.error());
  return database.last_row();
}

Task<> write_one(Writer& writer, std::int64_t a, std::vector<Outcome<std::int64_t>>& results) {
  results.push_back(
      co_await writer.write<std::int64_t>([a](Database& database) { return insert(database, a); }));
}

TEST_F(WriterTest, JobsThatWaitTogetherShareATransaction) {
  Writer writer(io_, open());
  std::vector<Outcome<std::int64_t>> results;
  for (int i = 0; i < 100; ++i) asio::co_spawn(io_, write_one(writer, i, results), asio::detached);
  io_.poll();  // all are handed over before the thread exists
  writer.start();
  io_.run();
  ASSERT_EQ(results.size(), 100U);
  for (const auto& result : results) EXPECT_TRUE(result.has_value());
  EXPECT_EQ(writer.counts().transactions, 1U);
  EXPECT_EQ(count(), 100);
}

TEST_F(WriterTest, AFailingJobDoesNotSpoilItsNeighbours) {
  Writer writer(io_, open());
  std::vector<Outcome<std::int64_t>> results;
  for (const int a : {1, 2, 2, 3}) asio::co_spawn(io_, write_one(writer, a, results), asio::detached);
  io_.poll();
  writer.start();
  io_.run();
  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(results[2].error().kind, ErrorKind::conflict);
  EXPECT_EQ(count(), 3);
}

TEST_F(WriterTest, AJobThatFailsHalfwayLeavesNothing) {
  Writer writer(io_, open());
  writer.start();
  asio::co_spawn(
      io_,
      [](Writer& w) -> Task<> {
        auto done = co_await w.write([](Database& database) -> Outcome<> {
          static_cast<void>(insert(database, 1));
          return failure(ErrorKind::denied, "changed its mind");
        });
        EXPECT_EQ(done.error().kind, ErrorKind::denied);
      }(writer),
      asio::detached);
  io_.run();
  EXPECT_EQ(count(), 0);
}

TEST_F(WriterTest, AFullQueueRefusesInsteadOfGrowing) {
  Writer writer(io_, open(), {.waiting = 2});
  std::vector<Outcome<std::int64_t>> results;
  for (int i = 0; i < 3; ++i) asio::co_spawn(io_, write_one(writer, i, results), asio::detached);
  io_.poll();
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].error().kind, ErrorKind::exhausted);
  writer.start();
  io_.run();
  EXPECT_EQ(count(), 2);
}

TEST_F(WriterTest, StoppingDoesWhatIsWaitingAndRefusesLaterJobs) {
  Writer writer(io_, open());
  std::vector<Outcome<std::int64_t>> results;
  asio::co_spawn(io_, write_one(writer, 1, results), asio::detached);
  io_.poll();
  writer.start();
  writer.stop();
  asio::co_spawn(io_, write_one(writer, 2, results), asio::detached);
  io_.run();
  ASSERT_EQ(results.size(), 2U);
  EXPECT_TRUE(results[0].has_value());
  EXPECT_EQ(results[1].error().kind, ErrorKind::cancelled);
}

// A database that may not grow past a few pages stands for the full disk.
TEST_F(WriterTest, AFullDiskIsExhaustedAndWhatFitsIsStillCommitted) {
  auto database = open();
  {
    ASSERT_TRUE(database.query("PRAGMA max_page_count=12").value().next().value());
  }
  Writer writer(io_, std::move(database));
  std::vector<Outcome<>> results;
  const auto store = [](Writer& w, std::size_t octets, std::vector<Outcome<>>& out) -> Task<> {
    out.push_back(co_await w.write([octets](Database& db) {
      return db.run("INSERT INTO t(b) VALUES (?)", Blob{std::string(octets, 'x')});
    }));
  };
  for (const std::size_t octets : {100, 400'000, 100}) {
    asio::co_spawn(io_, store(writer, octets, results), asio::detached);
  }
  io_.poll();
  writer.start();
  io_.run();
  ASSERT_EQ(results.size(), 3U);
  EXPECT_TRUE(results[0].has_value());
  EXPECT_EQ(results[1].error().kind, ErrorKind::exhausted);
  EXPECT_TRUE(results[2].has_value());
  EXPECT_EQ(count(), 2);
}

}  // namespace
}  // namespace scop::store
