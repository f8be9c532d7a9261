#include "spamfilter/own_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/ascii.hpp"
#include "message/header.hpp"
#include "spamfilter/limits.hpp"
#include "spamfilter/ruling.hpp"

namespace scop::spamfilter {

namespace {

constexpr std::size_t longest_line = 78;
constexpr std::string_view prefix = "X-Spam-";
constexpr std::string_view observed = "X-Spam-Observed";

v1::Field field(std::string_view name, std::string value) {
  v1::Field made;
  made.set_name(std::string(name));
  made.set_value(' ' + std::move(value));
  return made;
}

std::string number(double score) { return fmt::format("{:.4f}", score); }

// "tests=a,b,…" after `value`, folded at the commas.
void add_folded(std::string& value, std::size_t column, const std::vector<std::string>& words,
                char separator) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool last = i + 1 == words.size();
    if (i > 0 && column + words[i].size() + 1 > longest_line) {
      value += "\r\n\t";
      column = 8;
    }
    value += words[i];
    column += words[i].size() + 1;
    if (!last) value += separator;
  }
}

std::vector<std::string> tests_of(const Case& found, const settings::AttachmentPolicy& policy) {
  std::vector<std::string> tests;
  if (!found.trouble.empty()) tests.emplace_back("temperror");
  if (!found.virus.empty()) tests.push_back("virus:" + shown_token(found.virus));
  for (const auto& finding : found.findings) {
    auto test = fmt::format("attachment:{}", attachments::name_of(finding.kind));
    const bool wanted = action_for(finding.kind, policy) != settings::AttachmentAction::allow;
    if (wanted && std::ranges::find(tests, test) == tests.end()) tests.push_back(std::move(test));
  }
  if (found.trouble.empty()) {
    for (const auto& [token, probability] : found.common.reasons)
      tests.push_back(fmt::format("{}({:.2f})", shown_token(token), probability));
  }
  if (tests.empty()) tests.emplace_back("none");
  return tests;
}

std::string status_of(const Case& found, const settings::AttachmentPolicy& policy, bool flagged) {
  const auto required = found.thresholds.label <= 1 ? number(found.thresholds.label) : "never";
  auto value = fmt::format("{}, score={} required={}\r\n\ttests=", flagged ? "Yes" : "No",
                           number(found.common.score), required);
  add_folded(value, 14, tests_of(found, policy), ',');
  return value;
}

}  // namespace

bool is_observation(std::string_view text) {
  return !text.empty() && text.size() <= limits::observation_octets &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::string shown_token(std::string_view token) {
  std::string out;
  for (const char c : token.substr(0, 60)) {
    if (c == ' ') {
      out += '+';
    } else if (c > ' ' && c < 0x7f && !std::string_view(",()%+").contains(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

unsigned level_of(double score, double label_threshold) {
  const double at = std::clamp(label_threshold, 0.01, 1.0);
  const double bounded = std::clamp(score, 0.0, 1.0);
  const double level = bounded < at ? 5 * bounded / at : 5 + (at < 1 ? 5 * (bounded - at) / (1 - at) : 5);
  return static_cast<unsigned>(std::floor(bounded < at ? std::min(level, 4.0) : level));
}

std::vector<v1::Field> own_fields(const Case& found, const settings::AttachmentPolicy& policy, bool flagged) {
  std::vector<v1::Field> fields;
  fields.push_back(field("X-Spam-Flag", flagged ? "YES" : "NO"));
  fields.push_back(field("X-Spam-Score", number(found.common.score)));
  const auto level = found.trouble.empty() ? level_of(found.common.score, found.thresholds.label) : 0;
  if (level > 0) fields.push_back(field("X-Spam-Level", std::string(level, '*')));
  fields.push_back(field("X-Spam-Status", status_of(found, policy, flagged)));
  return fields;
}

v1::Field observed_field(const std::vector<std::string>& observations) {
  std::string value;
  add_folded(value, observed.size() + 2, observations, ' ');
  return field(observed, std::move(value));
}

std::vector<std::string> observed_in(std::string_view header) {
  std::vector<std::string> observations;
  const auto parsed = message::parse_header(header);
  const auto* found = parsed ? message::find(*parsed, observed) : nullptr;
  if (found == nullptr) return observations;
  const auto value = message::unfold(found->value);
  for (auto word : ascii::split(value, ' ')) {
    word = ascii::trim(word);
    if (is_observation(word) && observations.size() < limits::observations) observations.emplace_back(word);
  }
  return observations;
}

std::vector<std::uint32_t> foreign_fields(std::string_view header) {
  std::vector<std::uint32_t> indices;
  const auto parsed = message::parse_header(header);
  if (!parsed) return indices;
  for (std::uint32_t i = 0; i < parsed->fields.size(); ++i) {
    if (ascii::starts_with_ignoring_case(parsed->fields[i].name, prefix)) indices.push_back(i);
  }
  return indices;
}

}  // namespace scop::spamfilter
