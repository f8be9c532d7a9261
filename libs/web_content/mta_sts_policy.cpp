#include "web_content/mta_sts_policy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "web_content/digest.hpp"

namespace scop::web_content {

namespace {

std::string_view word_for(settings::StsMode mode) {
  if (mode == settings::StsMode::enforce) return "enforce";
  return mode == settings::StsMode::testing ? "testing" : "none";
}

}  // namespace

std::string policy_text(const settings::Web& settings) {
  auto text = fmt::format("version: STSv1\r\nmode: {}\r\n", word_for(settings.mta_sts));
  for (const auto& pattern : settings.mta_sts_mx) text += fmt::format("mx: {}\r\n", pattern);
  return text + fmt::format("max_age: {}\r\n", settings.mta_sts_max_age.count());
}

std::string policy_id(const settings::Web& settings) { return hex_digest(policy_text(settings)); }

}  // namespace scop::web_content
