// Keeps the answer cache over a restart: read at the start, written every few minutes and at the end, on a
// thread of its own, whole or not at all.
#pragma once

#include <filesystem>

#include "files/pool.hpp"
#include "log/log.hpp"
#include "resolver/cache.hpp"
#include "resolver/cache_file.hpp"

namespace scop::resolver {

class CacheKeeper {
 public:
  CacheKeeper(asio::io_context& io, const Log& log, Cache& cache, std::filesystem::path file);

  // Blocking; before the walls. A file that cannot be used is an empty cache and a line in the log.
  void load(const std::string& settings, std::uint64_t at_most);
  void start(std::function<std::string()> settings);  // inside the jail
  Task<> save(std::string settings);

 private:
  Task<> save_now_and_then(std::function<std::string()> settings);
  asio::io_context& io_;
  const Log& log_;
  Cache& cache_;
  std::filesystem::path file_;
  files::Pool pool_;
};

}  // namespace scop::resolver
