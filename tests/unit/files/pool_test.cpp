#include "files/pool.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace scop::files {
namespace {

Task<> run_one(Pool& pool, std::vector<Outcome<int>>& results, std::thread::id io_thread, int number) {
  auto result = co_await pool.run<int>([number, io_thread]() -> Outcome<int> {
    EXPECT_NE(std::this_thread::get_id(), io_thread);
    return number * 2;
  });
  EXPECT_EQ(std::this_thread::get_id(), io_thread);
  results.push_back(std::move(result));
}

TEST(Pool, JobsRunElsewhereAndTheirCoroutinesGoOnHere) {
  asio::io_context io;
  Pool pool(io, 3);
  pool.start();
  std::vector<Outcome<int>> results;
  for (int i = 0; i < 50; ++i) {
    asio::co_spawn(io, run_one(pool, results, std::this_thread::get_id(), i), asio::detached);
  }
  io.run();
  ASSERT_EQ(results.size(), 50U);
  int sum = 0;
  for (const auto& result : results) sum += result.value();
  EXPECT_EQ(sum, 2450);
}

TEST(Pool, OverTheBoundAJobIsRefused) {
  asio::io_context io;
  Pool pool(io, 1, 2);
  std::vector<Outcome<int>> results;
  for (int i = 0; i < 3; ++i) {
    asio::co_spawn(io, run_one(pool, results, std::this_thread::get_id(), i), asio::detached);
  }
  io.poll();
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].error().kind, ErrorKind::exhausted);
  pool.start();
  io.run();
  EXPECT_EQ(results.size(), 3U);
}

}  // namespace
}  // namespace scop::files
