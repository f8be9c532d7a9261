// Sends the aggregate reports of days that are over, through the signer, and tells the operator what waits.
#pragma once

#include <memory>
#include <string>

#include "asio/task.hpp"
#include "dmarc_report/destinations.hpp"
#include "dmarc_report/report.hpp"
#include "log/log.hpp"
#include "pipe/channel.hpp"
#include "verifier/ledger.hpp"

namespace scop::verifier {

class Reporting {
 public:
  struct Neighbours {
    asio::io_context& io;
    const Log& log;
    pipe::Channel& resolver;
    pipe::Channel& signer;
    Ledger& ledger;
  };
  // `from`: the reports' author. `host`: ours.
  Reporting(Neighbours neighbours, std::string from, std::string host);

  void start();  // looks every ten minutes
  void stop();

  Task<Outcome<v1::PendingReports>> pending();
  // What is due; with `now` also the day that is not over; of one domain where it is not empty.
  Task<Outcome<>> send(bool now, std::string domain);

 private:
  enum class Sent { yes, never, later };
  struct Posted {
    Sent sent = Sent::later;
    std::string why;
  };
  Task<> watch();
  Task<Outcome<>> send_day(DayState day);
  Task<Posted> post(const dmarc_report::Report& report, const std::string& address);
  Task<Outcome<>> conclude(const DayState& day, std::string failed, std::string waiting);

  Neighbours at_;
  std::string from_;
  std::string host_;
  Timer timer_;
  bool busy_ = false;
  bool ended_ = false;
};

}  // namespace scop::verifier
