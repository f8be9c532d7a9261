#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/ascii.hpp"
#include "tls_report/report.hpp"
#include "tls_report/timestamp.hpp"

namespace scop::tls_report {

namespace {

namespace json = boost::json;

json::string text(std::string_view octets) {
  const auto shown = ascii::is_utf8(octets) ? std::string(octets) : ascii::printable(octets, octets.size());
  return json::string(shown.data(), shown.size());
}

void add(json::object& object, std::string_view key, std::string_view value) {
  if (!value.empty()) object[key] = text(value);
}

void add(json::object& object, std::string_view key, const std::vector<std::string>& values) {
  if (values.empty()) return;
  json::array array;
  for (const auto& value : values) array.push_back(text(value));
  object[key] = std::move(array);
}

json::object json_of(const FailureDetail& detail) {
  json::object object{{"result-type", text(detail.result_type)}};
  add(object, "sending-mta-ip", detail.sending_mta_ip);
  add(object, "receiving-mx-hostname", detail.receiving_mx_hostname);
  add(object, "receiving-mx-helo", detail.receiving_mx_helo);
  add(object, "receiving-ip", detail.receiving_ip);
  object["failed-session-count"] = detail.sessions;
  add(object, "additional-information", detail.additional_information);
  add(object, "failure-reason-code", detail.failure_reason_code);
  return object;
}

json::object json_of(const PolicyResult& result) {
  json::object policy{{"policy-type", text(result.policy.type)}};
  add(policy, "policy-string", result.policy.strings);
  policy["policy-domain"] = text(result.policy.domain);
  add(policy, "mx-host", result.policy.mx_hosts);
  json::object object{{"policy", std::move(policy)},
                      {"summary", json::object{{"total-successful-session-count", result.successes},
                                               {"total-failure-session-count", result.failures}}}};
  json::array details;
  for (const auto& detail : result.details) details.push_back(json_of(detail));
  if (!details.empty()) object["failure-details"] = std::move(details);
  return object;
}

}  // namespace

std::string to_json(const Report& report) {
  json::array policies;
  for (const auto& result : report.policies) policies.push_back(json_of(result));
  return json::serialize(
      json::object{{"organization-name", text(report.organization)},
                   {"date-range", json::object{{"start-datetime", format_timestamp(report.begin)},
                                               {"end-datetime", format_timestamp(report.end)}}},
                   {"contact-info", text(report.contact)},
                   {"report-id", text(report.report_id)},
                   {"policies", std::move(policies)}});
}

}  // namespace scop::tls_report
