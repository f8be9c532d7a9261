// The text form of a Cache:
//
//   scop mta-sts 1
//   <domain> <id> <milliseconds since 1970, fetched> <max_age> <mode> <mx>,<mx>…      "-" where there is none
//   end <number of domains>
#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "mta_sts/cache.hpp"

namespace scop::mta_sts {

namespace {

constexpr std::string_view head = "scop mta-sts 1";
constexpr std::size_t fields_of_a_line = 6;
constexpr std::uint64_t latest = 1ULL << 52U;

std::unexpected<Error> damaged(std::size_t line) {
  return failure(ErrorKind::broken, fmt::format("line {} of the MTA-STS policies is damaged", line));
}

std::optional<Mode> to_mode(std::string_view text) {
  for (const auto mode : {Mode::none, Mode::testing, Mode::enforce}) {
    if (name_of(mode) == text) return mode;
  }
  return std::nullopt;
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, ascii::is_alnum);
}

std::optional<std::vector<std::string>> to_patterns(std::string_view text) {
  std::vector<std::string> patterns;
  if (text == "-") return patterns;
  for (const auto pattern : ascii::split(text, ',')) {
    if (!is_pattern(pattern) || patterns.size() == most_patterns) return std::nullopt;
    patterns.emplace_back(pattern);
  }
  return patterns;
}

std::optional<std::pair<std::string, Known>> to_entry(std::string_view line) {
  const auto fields = ascii::split(line, ' ');
  if (fields.size() != fields_of_a_line) return std::nullopt;
  const bool domain_is_one = is_pattern(fields[0]) && !fields[0].starts_with('*');
  const auto fetched = ascii::parse_unsigned(fields[2]);
  const auto max_age = ascii::parse_unsigned(fields[3]);
  const auto mode = to_mode(fields[4]);
  auto patterns = to_patterns(fields[5]);
  if (!domain_is_one || !is_id(fields[1]) || !fetched || *fetched > latest || !max_age ||
      *max_age > longest_age || !mode || !patterns)
    return std::nullopt;
  if (patterns->empty() && *mode != Mode::none) return std::nullopt;
  Known known{std::string(fields[1]),
              Time(std::chrono::milliseconds(*fetched)),
              {*mode, std::move(*patterns), static_cast<std::uint32_t>(*max_age)}};
  return std::pair(std::string(fields[0]), std::move(known));
}

}  // namespace

std::string Cache::to_text() const {
  auto out = fmt::format("{}\n", head);
  for (const auto& [domain, known] : known_) {
    out += fmt::format("{} {} {} {} {} ", domain, known.id, known.fetched.time_since_epoch().count(),
                       known.policy.max_age, name_of(known.policy.mode));
    if (known.policy.mx.empty()) out += '-';
    bool first = true;
    for (const auto& pattern : known.policy.mx) {
      if (!std::exchange(first, false)) out += ',';
      out += pattern;
    }
    out += '\n';
  }
  return out + fmt::format("end {}\n", known_.size());
}

Outcome<Cache> Cache::from_text(std::string_view text, Time now, Bounds bounds) {
  const auto lines = ascii::split(text, '\n');
  const std::size_t count = lines.size();
  if (count < 3 || lines.front() != head || !lines.back().empty()) return damaged(1);
  if (lines[count - 2] != fmt::format("end {}", count - 3)) return damaged(count - 1);
  Cache cache(bounds);
  for (std::size_t i = 1; i + 2 < count; ++i) {
    auto entry = to_entry(lines[i]);
    if (!entry) return damaged(i + 1);
    // A clock that was wrong must not make a policy eternal.
    if (entry->second.fetched > now) entry->second.fetched = now;
    cache.keep(std::move(entry->first), std::move(entry->second), now);
  }
  return cache;
}

}  // namespace scop::mta_sts
