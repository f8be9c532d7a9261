#include "mta_sts/policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/ascii.hpp"
#include "dns/domain.hpp"

namespace scop::mta_sts {

namespace {

constexpr std::size_t longest_name = 32;
constexpr std::size_t most_digits = 10;

struct Draft {
  std::optional<std::string_view> version;
  std::optional<std::string_view> mode;
  std::optional<std::string_view> max_age;
  std::vector<std::string> mx;
};

std::unexpected<Error> malformed(std::string_view what) {
  return failure(ErrorKind::malformed, fmt::format("the MTA-STS policy: {}", what));
}

std::string_view trim_wsp(std::string_view text) {
  while (!text.empty() && ascii::is_wsp(text.front())) text.remove_prefix(1);
  while (!text.empty() && ascii::is_wsp(text.back())) text.remove_suffix(1);
  return text;
}

bool is_extension_value(std::string_view text) {
  const auto visible = [](char c) { return (c >= 0x20 && c < 0x7f) || ascii::is_8bit(c); };
  return !text.empty() && std::ranges::all_of(text, visible) && ascii::is_utf8(text);
}

Outcome<> read_field(std::string_view line, Draft& draft) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("a line without \":\"");
  const auto name = line.substr(0, colon);
  const auto value = trim_wsp(line.substr(colon + 1));
  if (name == "mx") {
    auto pattern = ascii::to_lower(value);
    if (!is_pattern(pattern)) return malformed("mx: expected a host name, or \"*.\" and a domain");
    if (draft.mx.size() == most_patterns) return failure(ErrorKind::too_large, "over 1,000 mx");
    draft.mx.push_back(std::move(pattern));
    return {};
  }
  auto* field = name == "version" ? &draft.version : nullptr;
  if (name == "mode") field = &draft.mode;
  if (name == "max_age") field = &draft.max_age;
  if (field != nullptr) {
    if (!*field) *field = value;
  } else if (!is_extension_name(name) || !is_extension_value(value)) {
    return malformed(fmt::format("the field \"{}\"", ascii::printable(name, 40)));
  }
  return {};
}

std::optional<Mode> to_mode(std::string_view text) {
  for (const auto mode : {Mode::none, Mode::testing, Mode::enforce}) {
    if (name_of(mode) == text) return mode;
  }
  return std::nullopt;
}

Outcome<Policy> finish(Draft draft) {
  if (draft.version != "STSv1") return malformed("the version is not STSv1");
  const auto mode = draft.mode ? to_mode(*draft.mode) : std::nullopt;
  if (!mode) return malformed("the mode is not enforce, testing or none");
  const auto text = draft.max_age.value_or("");
  const auto max_age = text.size() <= most_digits ? ascii::parse_unsigned(text) : std::nullopt;
  if (!max_age) return malformed("max_age is not a number of seconds");
  if (draft.mx.empty() && *mode != Mode::none) return malformed("no mx");
  const auto age = std::min<std::uint64_t>(*max_age, longest_age);
  return Policy{*mode, std::move(draft.mx), static_cast<std::uint32_t>(age)};
}

}  // namespace

std::string_view name_of(Mode mode) {
  switch (mode) {
    case Mode::none:
      return "none";
    case Mode::testing:
      return "testing";
    case Mode::enforce:
      break;
  }
  return "enforce";
}

bool is_extension_name(std::string_view text) {
  const auto follows = [](char c) { return ascii::is_alnum(c) || c == '_' || c == '-' || c == '.'; };
  return !text.empty() && text.size() <= longest_name && ascii::is_alnum(text.front()) &&
         std::ranges::all_of(text, follows);
}

bool is_pattern(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  const auto name = dns::to_a_labels(text);
  return ascii::is_all_ascii(text) && name && *name == text;
}

Outcome<Policy> parse_policy(std::string_view text) {
  if (text.size() > most_octets) return failure(ErrorKind::too_large, "an MTA-STS policy over 64 KiB");
  Draft draft;
  for (auto line : ascii::split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = trim_wsp(line);
    if (line.empty()) continue;
    if (auto read = read_field(line, draft); !read) return std::unexpected(std::move(read.error()));
  }
  return finish(std::move(draft));
}

bool names(const Policy& policy, std::string_view host) {
  const auto name = ascii::to_lower(host);
  const auto dot = name.find('.');
  const auto above = dot == std::string::npos ? std::string_view() : std::string_view(name).substr(dot);
  return std::ranges::any_of(policy.mx, [&](std::string_view pattern) {
    // RFC 8461 4.1: the wildcard is the whole left-most label, and one label.
    if (pattern.starts_with("*.")) return dot != 0 && pattern.substr(1) == above;
    return pattern == name;
  });
}

std::vector<std::string> lines_of(const Policy& policy) {
  std::vector<std::string> lines{"version: STSv1", fmt::format("mode: {}", name_of(policy.mode))};
  for (const auto& pattern : policy.mx) lines.push_back("mx: " + pattern);
  lines.push_back(fmt::format("max_age: {}", policy.max_age));
  return lines;
}

}  // namespace scop::mta_sts
