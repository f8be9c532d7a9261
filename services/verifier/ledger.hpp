// DMARC report data in SQLite: equal rows of one policy domain and day are counted.
#pragma once

#include <filesystem>
#include <memory>

#include "asio/task.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "log/log.hpp"
#include "scop/v1/case.pb.h"
#include "store/writer.hpp"

namespace scop::verifier {

class Ledger {
 public:
  static Outcome<std::unique_ptr<Ledger>> open(asio::io_context& io, const Log& log,
                                               const std::filesystem::path& file);
  Ledger(asio::io_context& io, const Log& log, store::Database database);

  void start() { writer_.start(); }
  void stop() { writer_.stop(); }
  store::Writer& writer() { return writer_; }

  // Counts a message; what cannot be written is logged and lost: reports are best effort (RFC 7489 7.2).
  void note(v1::ReportRow row, Time when);

 private:
  Task<> write(v1::ReportRow row, Time when);
  asio::io_context& io_;
  const Log& log_;
  store::Writer writer_;
};

}  // namespace scop::verifier
