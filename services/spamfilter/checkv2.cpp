#include "spamfilter/checkv2.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <set>

#include "core/ascii.hpp"
#include "message/header.hpp"
#include "spamfilter/limits.hpp"
#include "spamfilter/own_fields.hpp"

namespace scop::spamfilter {

namespace {

namespace json = boost::json;

constexpr double add_header_at = 6;
constexpr double reject_at = 15;

// JSON is UTF-8; what is not becomes "?".
std::string text(std::string_view octets) {
  return ascii::is_utf8(octets) ? std::string(octets) : ascii::printable(octets, 500);
}

std::string without_brackets(std::string_view address) {
  address = ascii::trim(address);
  if (address.starts_with('<') && address.ends_with('>')) address = address.substr(1, address.size() - 2);
  return std::string(address);
}

json::object symbol(std::string_view name, double score, json::array options) {
  return {{"name", text(name)},
          {"score", score},
          {"metric_score", score},
          {"description", "scop"},
          {"options", std::move(options)}};
}

json::object symbols_of(const CheckAnswer& answer) {
  const auto& found = answer.found;
  json::object symbols;
  json::array reasons;
  for (const auto& [token, probability] : found.common.reasons)
    reasons.emplace_back(shown_token(token) + "=" + std::to_string(std::lround(probability * 100)) + "%");
  const auto name = !found.trouble.empty()                     ? "SCOP_TEMPERROR"
                    : found.common.label == bayes::Label::spam ? "BAYES_SPAM"
                    : found.common.label == bayes::Label::ham  ? "BAYES_HAM"
                                                               : "BAYES_UNSURE";
  symbols[name] = symbol(name, rspamd_score(found.common.score, found.thresholds.label), std::move(reasons));
  for (const auto& finding : found.findings) {
    auto kind = "SCOP_ATTACHMENT_" + ascii::to_upper(attachments::name_of(finding.kind));
    std::ranges::replace(kind, '-', '_');
    symbols[kind] = symbol(kind, 0, {text(finding.name), text(finding.reason)});
  }
  if (!found.virus.empty()) symbols["CLAM_VIRUS"] = symbol("CLAM_VIRUS", reject_at, {text(found.virus)});
  return symbols;
}

json::object milter_of(const CheckAnswer& answer) {
  json::object add;
  json::object remove;
  for (const auto& field : answer.ruling.prepend) {
    auto value = message::unfold(field.value());
    add[field.name()] = json::object{{"value", value}, {"order", 1}};
    if (answer.foreign_fields > 0) remove[field.name()] = 0;  // 0: all of that name
  }
  return {{"add_headers", std::move(add)}, {"remove_headers", std::move(remove)}};
}

std::string message_id_of(std::string_view header) {
  const auto parsed = message::parse_header(header);
  const auto* field = parsed ? message::find(*parsed, "Message-ID") : nullptr;
  return field == nullptr ? "undef" : text(without_brackets(message::unfold(field->value)));
}

}  // namespace

void take_header(CheckRequest& request, std::string_view name, std::string_view value) {
  const auto is = [&](std::string_view other) { return ascii::equals_ignoring_case(name, other); };
  if (is("IP")) request.ip = ascii::trim(value);
  if (is("Helo")) request.helo = ascii::trim(value);
  if (is("From")) request.from = without_brackets(value);
  if (is("Queue-Id")) request.queue_id = ascii::printable(ascii::trim(value), 60);
  if (is("Rcpt") && request.rcpt.size() < limits::recipients) request.rcpt.push_back(without_brackets(value));
}

double rspamd_score(double score, double label_threshold) {
  const double at = std::clamp(label_threshold, 0.01, 1.0);
  if (score < at) return add_header_at * score / at;
  return at < 1 ? add_header_at + (reject_at - add_header_at) * (score - at) / (1 - at) : reject_at;
}

std::string_view action_of(const Ruling& ruling, std::size_t recipients) {
  std::set<std::string_view> refused;
  for (const auto& disposition : ruling.dispositions) {
    if (disposition.kind() == v1::Disposition::REFUSE) refused.insert(disposition.address());
  }
  if (recipients > 0 && refused.size() >= recipients) return "reject";
  return ruling.flagged || !ruling.dispositions.empty() ? "add header" : "no action";
}

std::string json_of(const CheckAnswer& answer) {
  const auto action = action_of(answer.ruling, answer.found.addressees.size());
  json::object out{{"is_skipped", false},
                   {"score", rspamd_score(answer.found.common.score, answer.found.thresholds.label)},
                   {"required_score", reject_at},
                   {"action", action},
                   {"thresholds", json::object{{"reject", reject_at}, {"add header", add_header_at}}},
                   {"symbols", symbols_of(answer)},
                   {"messages", json::object{}},
                   {"urls", json::array{}},
                   {"emails", json::array{}},
                   {"message-id", message_id_of(answer.header)},
                   {"time_real", answer.seconds},
                   {"milter", milter_of(answer)}};
  if (action == "reject") {
    for (const auto& disposition : answer.ruling.dispositions)
      out["messages"].as_object()["smtp_message"] = text(disposition.reply().text());
  }
  return json::serialize(out);
}

}  // namespace scop::spamfilter
