#include "piped_neighbours.hpp"

#include "crypto/digest.hpp"
#include "inspection.hpp"
#include "limits.hpp"
#include "pipe/method.hpp"
#include "pipe/trace_context.hpp"

namespace scop::relay {

namespace {

constexpr std::size_t piece_octets = 64U << 10U;

// What the call says of its trace; the envelope says the id alone.
template <class Envelope>
std::string take_trace(Envelope& envelope) {
  auto trace = envelope.trace();
  envelope.set_trace(std::string(pipe::trace_id_of(trace)));
  return trace;
}

}  // namespace

Task<pipe::Result<v1::ResolveReply>> PipedNeighbours::resolve(std::string address, std::string trace) {
  v1::ResolveRequest request;
  request.set_address(std::move(address));
  co_return co_await accounts_.call(pipe::methods::resolve, request, in(limits::resolve_wait),
                                    std::move(trace));
}

Task<pipe::Result<v1::Nothing>> PipedNeighbours::report_usage(v1::UsageReport report) {
  co_return co_await accounts_.call(pipe::methods::report_usage, report, in(limits::resolve_wait));
}

Task<pipe::Result<v1::AttemptReport>> PipedNeighbours::attempt(v1::AttemptEnvelope envelope, Pieces pieces) {
  auto trace = take_trace(envelope);
  auto call = co_await courier_.open(pipe::methods::attempt, in(limits::attempt_open), std::move(trace));
  if (!call) co_return std::unexpected(std::move(call.error()));
  const auto deadline = in(limits::attempt_wait);
  v1::AttemptPart part;
  *part.mutable_envelope() = std::move(envelope);
  auto written = co_await call->write(part, deadline);
  while (written) {
    auto piece = co_await pieces();
    if (!piece) co_return pipe::fail(pipe::Code::data_loss, piece.error().what);
    if (!*piece) break;
    part.Clear();
    part.set_data(std::move(**piece));
    written = co_await call->write(part, deadline);
  }
  if (written) {
    part.Clear();
    part.set_end(true);
    // Where the write fails the courier has ended the call: finish() tells how.
    static_cast<void>(co_await call->write(part, deadline));
  }
  co_return co_await call->finish(deadline);
}

Task<pipe::Result<v1::ReportPolicy>> PipedNeighbours::find_report_policy(std::string domain,
                                                                         std::string trace) {
  v1::ReportPolicyRequest request;
  request.set_domain(std::move(domain));
  co_return co_await courier_.call(pipe::methods::find_report_policy, request, in(limits::resolve_wait * 2),
                                   std::move(trace));
}

Task<pipe::Result<v1::PostReportReply>> PipedNeighbours::post_report(v1::PostReportRequest request,
                                                                     std::string trace) {
  co_return co_await courier_.call(pipe::methods::post_report, request, in(limits::post_wait),
                                   std::move(trace));
}

Task<pipe::Result<v1::Receipt>> PipedNeighbours::pass(v1::Envelope envelope, std::string octets) {
  const auto deadline = in(limits::pass_wait);
  auto trace = take_trace(envelope);
  auto call = co_await signer_.open(pipe::methods::pass, in(limits::attempt_open), std::move(trace));
  if (!call) co_return std::unexpected(std::move(call.error()));
  v1::Part part;
  *part.mutable_envelope() = std::move(envelope);
  auto written = co_await call->write(part, deadline);
  for (std::size_t at = 0; written && at < octets.size(); at += piece_octets) {
    part.Clear();
    part.set_data(octets.substr(at, piece_octets));
    written = co_await call->write(part, deadline);
  }
  if (written) {
    part.Clear();
    part.mutable_findings()->set_size(octets.size());
    part.mutable_findings()->set_sha256(crypto::sha256(octets));
    static_cast<void>(co_await call->write(part, deadline));
  }
  co_return co_await call->finish(deadline);
}

Task<pipe::Result<v1::Receipt>> PipedNeighbours::forward(v1::Envelope envelope, Pieces pieces) {
  const auto deadline = in(limits::pass_wait);
  auto trace = take_trace(envelope);
  auto call = co_await signer_.open(pipe::methods::pass, in(limits::attempt_open), std::move(trace));
  if (!call) co_return std::unexpected(std::move(call.error()));
  v1::Part part;
  *part.mutable_envelope() = std::move(envelope);
  auto written = co_await call->write(part, deadline);
  Inspection inspection;  // the relay's own octets: size and digest
  while (written) {
    auto piece = co_await pieces();
    if (!piece) co_return pipe::fail(pipe::Code::data_loss, piece.error().what);
    if (!*piece) break;
    if (auto good = inspection.feed(**piece); !good)
      co_return pipe::fail(pipe::Code::data_loss, good.error().what);
    for (std::size_t at = 0; written && at < (*piece)->size(); at += piece_octets) {
      part.Clear();
      part.set_data((*piece)->substr(at, piece_octets));
      written = co_await call->write(part, deadline);
    }
  }
  const auto digest = inspection.finish();
  if (!digest) co_return pipe::fail(pipe::Code::data_loss, digest.error().what);
  if (written) {
    part.Clear();
    part.mutable_findings()->set_size(inspection.size());
    part.mutable_findings()->set_sha256(*digest);
    static_cast<void>(co_await call->write(part, deadline));
  }
  co_return co_await call->finish(deadline);
}

Task<pipe::Result<v1::OutcomeAnswer>> PipedNeighbours::outcome(v1::OutcomeQuestion question) {
  co_return co_await signer_.call(pipe::methods::outcome, question, in(limits::pass_wait));
}

}  // namespace scop::relay
