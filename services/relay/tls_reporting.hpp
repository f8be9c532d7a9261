// Reports on TLS (RFC 8460) to the owners of the domains that we sent mail to: when a day is over, and up to
// four hours later, the courier is asked whom the domain wants told; then the report goes by mail through the
// signer, or by HTTPS through the courier. A report that nobody takes is tried again hourly for a day, then
// dropped. A mail has an id derived from what it says: repeated after a crash it is still one mail. A POST is
// repeated where the relay died before its answer was recorded, under the same report-id.
#pragma once

#include <string>

#include "desk.hpp"
#include "scop/v1/verifier.pb.h"
#include "tls_ledger.hpp"

namespace scop::relay {

struct TlsReportingSettings {
  std::string host;
  std::string domain;  // the mesh's own
  std::string postmaster;
};

class TlsReporting {
 public:
  TlsReporting(asio::io_context& io, TlsReportingSettings settings, const Log& log, store::Writer& writer,
               Neighbours& neighbours);

  void start();  // looks every five minutes
  void stop();

  Task<Outcome<v1::PendingReports>> pending();
  // What is due; with `now` also what is not due yet, and the day that is not over; of one domain where it is
  // not empty.
  Task<Outcome<>> send(bool now, std::string domain);

  // When a day's report is due, seconds since 1970: the day's end and up to four hours, by domain and host.
  static std::int64_t due_at(std::string_view host, std::string_view domain, std::int64_t day);

 private:
  enum class Taken { yes, never, later };
  struct Answer {
    Taken taken = Taken::later;
    std::string why;
  };
  using Day = tls_ledger::Day;
  Task<> watch();
  Task<Outcome<>> send_days(bool now, std::string domain);
  Task<Outcome<>> send_day(Day day);
  Task<Outcome<>> tell_all(Day day, std::vector<tls_ledger::Row> rows);
  Task<Answer> tell(const tls_report::Report& report, const std::string& domain, const std::string& uri);
  Task<Answer> mail(const tls_report::Report& report, const std::string& domain, const std::string& address);
  Task<Answer> post(const tls_report::Report& report, const std::string& uri);
  Task<Outcome<>> conclude(Day day, std::vector<tls_ledger::Row> rows, std::string waiting,
                           std::string failed);
  Task<Outcome<>> keep(const Day& day);
  tls_report::Report report_of(const Day& day, const std::vector<tls_ledger::Row>& rows) const;

  asio::io_context& io_;
  TlsReportingSettings settings_;
  const Log& log_;
  store::Writer& writer_;
  Neighbours& neighbours_;
  Timer timer_;
  bool busy_ = false;
  bool ended_ = false;
};

}  // namespace scop::relay
