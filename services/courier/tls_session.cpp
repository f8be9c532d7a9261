#include "courier/tls_session.hpp"

#include "core/ascii.hpp"
#include "dane/tlsa.hpp"

namespace scop::courier {

using net::PeerProblem;
using tls_policy::Failure;
using tls_policy::Published;

namespace {

constexpr std::size_t most_strings = 100;  // policy strings and patterns of a session
constexpr std::size_t longest_reason = 300;

v1::TlsSession begin(const tls_policy::Domain& domain, Published published) {
  v1::TlsSession session;
  session.set_policy_domain(domain.name);
  if (published == Published::tlsa) session.set_policy_type(v1::TlsSession::TLSA);
  if (published != Published::sts || !domain.sts) return session;
  session.set_policy_type(v1::TlsSession::STS);
  for (auto& line : mta_sts::lines_of(*domain.sts)) {
    if (std::cmp_less(session.policy_strings_size(), most_strings))
      session.add_policy_strings(std::move(line));
  }
  for (const auto& pattern : domain.sts->mx) {
    if (std::cmp_less(session.mx_patterns_size(), most_strings)) session.add_mx_patterns(pattern);
  }
  return session;
}

void add_records(v1::TlsSession& session, const std::string& base, const std::vector<dns::Tlsa>& records) {
  session.add_mx_patterns(base);
  for (const auto& record : records) {
    if (std::cmp_less(session.policy_strings_size(), most_strings))
      session.add_policy_strings(dane::to_text(record).substr(0, longest_reason));
  }
}

void fail(v1::TlsSession& session, Failure failure, std::string_view reason) {
  session.set_failure(std::string(tls_policy::name_of(failure)));
  session.set_reason(ascii::printable(reason, longest_reason));
}

Failure failure_of(PeerProblem problem) {
  switch (problem) {
    case PeerProblem::none:
      return Failure::none;
    case PeerProblem::wrong_name:
      return Failure::certificate_host_mismatch;
    case PeerProblem::expired:
      return Failure::certificate_expired;
    case PeerProblem::untrusted:
      return Failure::certificate_not_trusted;
    case PeerProblem::no_tlsa_match:
    case PeerProblem::no_handshake:
      break;
  }
  return Failure::validation_failure;
}

void judge(v1::TlsSession& session, const tls_policy::HostPolicy& policy, const TlsOutcome& outcome) {
  using enum TlsOutcome::Stage;
  if (outcome.stage == not_offered) return fail(session, Failure::starttls_not_supported, outcome.why);
  if (outcome.stage == failed) return fail(session, failure_of(outcome.problem), outcome.why);
  if (policy.foreseen != Failure::none)
    return fail(session, policy.foreseen, "the MTA-STS policy does not name this host");
  // With whomever, where nothing was asked for; RFC 8460 4.3 counts what a policy objects to.
  if (policy.audited && outcome.problem != PeerProblem::none)
    return fail(session, failure_of(outcome.problem), outcome.why);
  // RFC 8460 4.3.2.1: TLS is there, but the records that should vouch for it do not.
  if (policy.published == Published::tlsa && policy.level != tls_policy::Level::dane)
    fail(session, Failure::tlsa_invalid, "none of the TLSA records can be used");
}

}  // namespace

v1::TlsSession session_of(const tls_policy::Domain& domain, const std::string& host,
                          const dane::Verdict& dane, const tls_policy::Refusal& refusal) {
  auto session = begin(domain, refusal.published);
  session.set_mx_host(host);
  if (refusal.published == Published::tlsa)
    add_records(session, dane.base.empty() ? host : dane.base, dane.records);
  fail(session, refusal.failure, refusal.verdict.text);
  return session;
}

v1::TlsSession session_of(const tls_policy::Domain& domain, const StsFinding& finding) {
  v1::TlsSession session;
  session.set_policy_type(v1::TlsSession::STS);
  session.set_policy_domain(domain.name);
  fail(session, finding.failure, finding.why);
  return session;
}

std::optional<v1::TlsSession> session_of(const tls_policy::Domain& domain, const Connection& connection) {
  const auto& outcome = connection.tls_outcome();
  if (outcome.stage == TlsOutcome::Stage::not_reached) return std::nullopt;
  const auto& policy = connection.target().tls;
  auto session = begin(domain, policy.published);
  if (policy.published == Published::tlsa) add_records(session, policy.server_name, policy.records);
  session.set_mx_host(connection.target().host);
  session.set_mx_helo(ascii::printable(connection.capabilities().host, 255));
  session.set_receiving_address(connection.target().endpoint.address().to_string());
  session.set_sending_address(connection.local().address().to_string());
  judge(session, policy, outcome);
  return session;
}

}  // namespace scop::courier
