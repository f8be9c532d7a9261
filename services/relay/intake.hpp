// Stage.Pass and Stage.Outcome: takes a message in, checks what the stages before promised, commits it, and
// only then says "accepted". A stream that is not envelope, octets, exactly one matching Findings, end,
// leaves nothing behind.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "addresses.hpp"
#include "files/pool.hpp"
#include "files/spool.hpp"
#include "gathering.hpp"
#include "ledger.hpp"
#include "log/log.hpp"
#include "pipe/server.hpp"
#include "store/writer.hpp"

namespace scop::relay {

struct IntakeSettings {
  std::string host;
  std::uint64_t max_message = 0;
  std::uint64_t free_floor = 0;
};

class Intake {
 public:
  using Committed = std::function<void(QueuedMessage, Octets)>;

  // `last_number`: of the newest message row there is.
  Intake(IntakeSettings settings, const Log& log, store::Writer& writer, files::Pool& pool,
         const files::Spool& spool, Addresses& addresses, std::int64_t last_number, Committed committed);

  Task<pipe::Result<v1::Receipt>> pass(pipe::Call call, pipe::Incoming<v1::Part>& parts);
  Task<pipe::Result<v1::OutcomeAnswer>> outcome(pipe::Call call, v1::OutcomeQuestion question);
  std::size_t under_way() const { return passing_.size(); }

 private:
  struct Received;
  Task<pipe::Result<v1::Receipt>> receive(const std::string& caller, const v1::Envelope& envelope,
                                          pipe::Incoming<v1::Part>& parts);
  Task<pipe::Result<>> read_all(pipe::Incoming<v1::Part>& parts, Received& received);
  Task<v1::Receipt> commit(const std::string& caller, const v1::Envelope& envelope, Received& received);
  bool is_disk_low();

  IntakeSettings settings_;
  const Log& log_;
  store::Writer& writer_;
  files::Pool& pool_;
  const files::Spool& spool_;
  Addresses& addresses_;
  std::int64_t last_number_;
  Committed committed_;
  std::multiset<Id> passing_;
  Deadline disk_checked_{};
  bool disk_low_ = false;
};

}  // namespace scop::relay
