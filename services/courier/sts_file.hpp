// The known MTA-STS policies on disk: one file, replaced as a whole, so that it is the old one or the new one
// whenever the daemon dies. Writes soon after a change, on a thread of its own.
#pragma once

#include <filesystem>
#include <string>

#include "files/pool.hpp"
#include "log/log.hpp"
#include "mta_sts/cache.hpp"

namespace scop::courier {

class StsFile {
 public:
  StsFile(asio::io_context& io, const Log& log, const std::filesystem::path& folder);

  // Inside the jail. An empty cache where there is no file, or a damaged one (logged).
  mta_sts::Cache start(Time now);
  // `cache` outlives this; it is written within some seconds, however often this is called.
  void changed(const mta_sts::Cache& cache);
  Task<> finish();  // writes what is not written yet

 private:
  Task<> write_later();
  Task<> write();

  asio::io_context& io_;
  const Log& log_;
  std::filesystem::path file_;
  files::Pool pool_;
  const mta_sts::Cache* cache_ = nullptr;
  Timer timer_;
  bool waiting_ = false;
  bool stale_ = false;  // the file does not hold what the cache does
};

}  // namespace scop::courier
