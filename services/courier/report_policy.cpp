#include "courier/report_policy.hpp"

#include "courier/look_up.hpp"
#include "dns/domain.hpp"
#include "tls_report/record.hpp"

namespace scop::courier {

namespace {

v1::ReportPolicy none(std::string why, bool try_later = false) {
  v1::ReportPolicy policy;
  policy.set_why(std::move(why));
  policy.set_try_later(try_later);
  return policy;
}

}  // namespace

Task<v1::ReportPolicy> find_report_policy(pipe::Channel& resolver, std::string domain, std::string trace) {
  const auto labels = dns::to_a_labels(domain);
  if (!labels) co_return none("not a domain: " + labels.error().what);
  const auto name = tls_report::record_name(*labels);
  const auto answer = co_await look_up(resolver, name, dns::Type::txt, std::move(trace));
  const bool answered = answer.rcode == dns::Rcode::no_error || answer.rcode == dns::Rcode::nx_domain;
  if (!answered || answer.validation == dns::Validation::bogus)
    co_return none(name + ": " + (answer.why.empty() ? "the look-up failed" : answer.why), true);
  const auto record = tls_report::record_among(answer.records);
  if (!record) co_return none(name + ": " + record.error().what);
  if (!*record) co_return none("no record at " + name);
  v1::ReportPolicy policy;
  policy.set_found(true);
  for (const auto& uri : (*record)->rua) policy.add_uris(uri);
  co_return policy;
}

}  // namespace scop::courier
