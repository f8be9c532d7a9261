#include "tls_report/parse.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "tls_report/timestamp.hpp"

namespace scop::tls_report {

namespace {

namespace json = boost::json;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

// Reads members of one report; the first problem stays.
class Reader {
 public:
  Outcome<Report> read(const json::value& value) {
    Report report;
    const auto* object = value.if_object();
    if (object == nullptr) return failure(ErrorKind::malformed, "not a JSON object");
    report.organization = text(*object, "organization-name");
    report.contact = text(*object, "contact-info");
    report.report_id = text(*object, "report-id");
    if (const auto* range = member(*object, "date-range", true)) {
      report.begin = time(*range, "start-datetime");
      report.end = time(*range, "end-datetime");
    }
    for (const auto& policy : list(*object, "policies", true)) report.policies.push_back(result_of(policy));
    if (report.policies.size() > most_policies)
      return failure(ErrorKind::too_large, "more than 10,000 policies");
    if (details_ > most_details) return failure(ErrorKind::too_large, "more than 100,000 failure-details");
    if (!problem_.empty()) return failure(ErrorKind::malformed, problem_);
    return report;
  }

 private:
  void complain(std::string_view key, std::string_view what) {
    if (problem_.empty()) problem_ = std::string(key) + ": " + std::string(what);
  }

  const json::object* member(const json::object& object, std::string_view key, bool required) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || value->is_null()) {
      if (required) complain(key, "missing");
      return nullptr;
    }
    if (!value->is_object()) complain(key, "not an object");
    return value->if_object();
  }

  const json::array& list(const json::object& object, std::string_view key, bool required) {
    const auto* value = object.if_contains(key);
    if (value != nullptr && value->is_array()) return *value->if_array();
    if (value != nullptr && !value->is_null()) complain(key, "not an array");
    if (value == nullptr && required) complain(key, "missing");
    return none_;
  }

  std::string text(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || value->is_null()) return {};
    if (!value->is_string()) complain(key, "not a string");
    return value->is_string() ? std::string(view(*value->if_string())) : std::string();
  }

  // An array of strings, or one string as some write it.
  std::vector<std::string> texts(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value != nullptr && value->is_string()) return {text(object, key)};
    std::vector<std::string> found;
    for (const auto& one : list(object, key, false)) {
      if (!one.is_string()) complain(key, "not an array of strings");
      if (one.is_string()) found.emplace_back(view(*one.if_string()));
    }
    return found;
  }

  std::uint64_t number(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return 0;
    if (const auto* whole = value->if_uint64()) return *whole;
    const auto* whole = value->if_int64();
    if (whole == nullptr || *whole < 0) complain(key, "not a whole number");
    return whole == nullptr || *whole < 0 ? 0 : static_cast<std::uint64_t>(*whole);
  }

  std::int64_t time(const json::object& object, std::string_view key) {
    const auto seconds = parse_timestamp(text(object, key));
    if (!seconds) complain(key, "not a time such as \"2026-11-21T00:00:00Z\"");
    return seconds.value_or(0);
  }

  FailureDetail detail_of(const json::value& value) {
    const auto* object = value.if_object();
    if (object == nullptr) complain("failure-details", "not an array of objects");
    if (object == nullptr) return {};
    return {.result_type = text(*object, "result-type"),
            .sending_mta_ip = text(*object, "sending-mta-ip"),
            .receiving_mx_hostname = text(*object, "receiving-mx-hostname"),
            .receiving_mx_helo = text(*object, "receiving-mx-helo"),
            .receiving_ip = text(*object, "receiving-ip"),
            .sessions = number(*object, "failed-session-count"),
            .additional_information = text(*object, "additional-information"),
            .failure_reason_code = text(*object, "failure-reason-code")};
  }

  PolicyResult result_of(const json::value& value) {
    PolicyResult result;
    const auto* object = value.if_object();
    if (object == nullptr) complain("policies", "not an array of objects");
    if (object == nullptr) return result;
    if (const auto* policy = member(*object, "policy", true)) {
      result.policy = {text(*policy, "policy-type"), texts(*policy, "policy-string"),
                       text(*policy, "policy-domain"), texts(*policy, "mx-host")};
    }
    if (const auto* summary = member(*object, "summary", true)) {
      result.successes = number(*summary, "total-successful-session-count");
      result.failures = number(*summary, "total-failure-session-count");
    }
    for (const auto& detail : list(*object, "failure-details", false)) {
      if (++details_ > most_details) break;
      result.details.push_back(detail_of(detail));
    }
    return result;
  }

  std::string problem_;
  std::size_t details_ = 0;
  const json::array none_;
};

}  // namespace

Outcome<Report> parse_json(std::string_view text) {
  if (text.size() > most_json) return failure(ErrorKind::too_large, "report over 16 MiB");
  json::parse_options options;
  options.max_depth = most_json_depth;
  json::error_code error;
  const auto value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error == json::error::too_deep) return failure(ErrorKind::too_large, "JSON nested too deep");
  if (error) return failure(ErrorKind::malformed, "not JSON: " + error.message());
  return Reader().read(value);
}

}  // namespace scop::tls_report
