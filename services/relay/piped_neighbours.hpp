// The neighbours over their pipes.
#pragma once

#include "neighbours.hpp"
#include "pipe/channel.hpp"

namespace scop::relay {

class PipedNeighbours : public Neighbours {
 public:
  PipedNeighbours(pipe::Channel& accounts, pipe::Channel& courier, pipe::Channel& signer)
      : accounts_(accounts), courier_(courier), signer_(signer) {}

  Task<pipe::Result<v1::ResolveReply>> resolve(std::string address, std::string trace) override;
  Task<pipe::Result<v1::Nothing>> report_usage(v1::UsageReport report) override;
  Task<pipe::Result<v1::AttemptReport>> attempt(v1::AttemptEnvelope envelope, Pieces pieces) override;
  Task<pipe::Result<v1::ReportPolicy>> find_report_policy(std::string domain, std::string trace) override;
  Task<pipe::Result<v1::PostReportReply>> post_report(v1::PostReportRequest request,
                                                      std::string trace) override;
  Task<pipe::Result<v1::Receipt>> pass(v1::Envelope envelope, std::string octets) override;
  Task<pipe::Result<v1::Receipt>> forward(v1::Envelope envelope, Pieces pieces) override;
  Task<pipe::Result<v1::OutcomeAnswer>> outcome(v1::OutcomeQuestion question) override;

 private:
  pipe::Channel& accounts_;
  pipe::Channel& courier_;
  pipe::Channel& signer_;
};

}  // namespace scop::relay
