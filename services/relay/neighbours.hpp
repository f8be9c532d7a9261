// The daemons that the relay calls, as an interface: pipes in the daemon, fakes in tests.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "asio/task.hpp"
#include "pipe/status.hpp"
#include "scop/v1/accounts.pb.h"
#include "scop/v1/courier.pb.h"
#include "scop/v1/stage.pb.h"

namespace scop::relay {

// The message's octets in pieces; nullopt: the end.
using Pieces = std::function<Task<Outcome<std::optional<std::string>>>()>;

class Neighbours {
 public:
  virtual ~Neighbours() = default;
  virtual Task<pipe::Result<v1::ResolveReply>> resolve(std::string address, std::string trace) = 0;
  virtual Task<pipe::Result<v1::Nothing>> report_usage(v1::UsageReport report) = 0;
  virtual Task<pipe::Result<v1::AttemptReport>> attempt(v1::AttemptEnvelope envelope, Pieces pieces) = 0;
  virtual Task<pipe::Result<v1::ReportPolicy>> find_report_policy(std::string domain, std::string trace) = 0;
  virtual Task<pipe::Result<v1::PostReportReply>> post_report(v1::PostReportRequest request,
                                                              std::string trace) = 0;
  // To the signer, with the matching Findings.
  virtual Task<pipe::Result<v1::Receipt>> pass(v1::Envelope envelope, std::string octets) = 0;
  // The same with octets that need not be in memory.
  virtual Task<pipe::Result<v1::Receipt>> forward(v1::Envelope envelope, Pieces pieces) = 0;
  virtual Task<pipe::Result<v1::OutcomeAnswer>> outcome(v1::OutcomeQuestion question) = 0;
};

}  // namespace scop::relay
