// Delivery to the world through the courier: one attempt a call, many at once, turns and limits by queueing.
// A courier that is away is no attempt: everything waits, nothing counts.
#pragma once

#include <map>

#include "desk.hpp"
#include "queueing/destinations.hpp"
#include "queueing/pace.hpp"

namespace scop::relay {

class RemoteDelivery {
 public:
  RemoteDelivery(asio::io_context& io, queueing::DestinationLimits limits, const Log& log, Desk& desk,
                 Neighbours& neighbours, files::Pool& pool, const files::Spool& spool, bool counts_tls);

  // Recipients of one domain; the caller has entered the desk for it, the end of the attempt leaves.
  void add(ActivePtr active, std::string domain, std::vector<std::int64_t> positions);
  void wake_all();  // the administrator's retry: rests are forgotten
  unsigned under_way() const { return destinations_.under_way(); }

 private:
  struct Work {
    ActivePtr active;
    std::string domain;
    std::vector<std::int64_t> positions;
  };
  // What waits in memory for a domain.
  struct Line {
    std::size_t waiting = 0;
    queueing::Pace pace;
  };
  void wait_in_line(Work work);
  std::vector<TlsCount> tls_of(const QueuedMessage& message, const v1::AttemptReport& report) const;
  void note_end(const std::string& domain, Deadline now);
  void pump();
  void start_attempts();
  Task<> perform(queueing::Destinations::Started started, Work work);
  Task<> finish_report(queueing::Destinations::Started started, Work work, v1::AttemptReport report);
  Task<> finish_broken(queueing::Destinations::Started started, Work work, pipe::Status status);
  Task<> spare(Work work, Time until);
  Task<> put_off(Work work, Time until);
  void spare_resting();
  void courier_is_away();
  Task<> wait_for_courier();
  Task<pipe::Result<v1::AttemptReport>> attempt(const Work& work);

  asio::io_context& io_;
  const Log& log_;
  Desk& desk_;
  Neighbours& neighbours_;
  files::Pool& pool_;
  const files::Spool& spool_;
  bool counts_tls_ = false;
  queueing::Destinations destinations_;
  std::map<std::uint64_t, Work> works_;
  std::map<std::string, Line> lines_;  // by domain
  std::uint64_t last_work_ = 0;
  bool pump_posted_ = false;
  bool away_ = false;
  std::chrono::milliseconds away_wait_{0};
};

}  // namespace scop::relay
