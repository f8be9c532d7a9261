// DMARC report data in SQLite: equal rows of one policy domain and day are counted until their report is
// sent.
#pragma once

#include <filesystem>
#include <memory>

#include "asio/task.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "log/log.hpp"
#include "scop/v1/case.pb.h"
#include "store/writer.hpp"
#include "verifier/report_data.hpp"

namespace scop::verifier {

// A domain's day as the operator sees it.
struct DayState {
  std::string domain;
  std::int64_t day = 0;
  std::uint64_t messages = 0;
  std::string state;  // "collecting", "sent", "not wanted", "failed: …", "waiting: …"
  std::int64_t tries = 0;
  std::int64_t next = 0;  // seconds since 1970: not before
};

class Ledger {
 public:
  static Outcome<std::unique_ptr<Ledger>> open(asio::io_context& io, const Log& log,
                                               const std::filesystem::path& file);
  Ledger(asio::io_context& io, const Log& log, store::Database database);

  void start() { writer_.start(); }
  void stop() { writer_.stop(); }

  Task<Outcome<std::vector<DayState>>> days();  // with rows, or finished within 30 days
  Task<Outcome<DayOfDomain>> read(std::string domain, std::int64_t day);
  // The day is over and done with: its rows go.
  Task<Outcome<>> finish(std::string domain, std::int64_t day, std::string state);
  Task<Outcome<>> postpone(std::string domain, std::int64_t day, std::string why, std::int64_t next);

  // Counts a message; what cannot be written is logged and lost: reports are best effort (RFC 7489 7.2).
  void note(v1::ReportRow row, Time when);

 private:
  Task<> write(v1::ReportRow row, Time when);
  asio::io_context& io_;
  const Log& log_;
  store::Writer writer_;
};

}  // namespace scop::verifier
