#include "key_life/selector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/ascii.hpp"

namespace scop::key_life {

namespace {

constexpr std::uint64_t letters = 26;
constexpr std::size_t day_digits = 8;

struct Place {
  std::uint64_t day = 0;     // 20261121
  std::uint64_t number = 0;  // of that day: a, b … z, z26, z27 …
};

std::uint64_t day_of(Time now) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(now));
  const auto year = static_cast<std::uint64_t>(std::max(0, static_cast<int>(date.year())));
  return year * 10'000 + unsigned{date.month()} * 100 + unsigned{date.day()};
}

std::string text_of(dkim::KeyType type, Place place) {
  const auto ending = place.number < letters ? std::string(1, static_cast<char>('a' + place.number))
                                             : fmt::format("z{}", place.number);
  return fmt::format("{}{:08}{}", type == dkim::KeyType::rsa ? 'r' : 'e', place.day, ending);
}

// nullopt: a name given by others.
std::optional<Place> place_of(std::string_view selector) {
  if (selector.size() < day_digits + 2) return std::nullopt;
  const auto day = ascii::parse_unsigned(selector.substr(1, day_digits));
  const char letter = selector[1 + day_digits];
  const auto digits = selector.substr(day_digits + 2);
  if (!day || letter < 'a' || letter > 'z') return std::nullopt;
  if (digits.empty()) return Place{*day, static_cast<std::uint64_t>(letter - 'a')};
  const auto number = ascii::parse_unsigned(digits);
  if (letter != 'z' || !number || *number >= 1'000'000) return std::nullopt;
  return Place{*day, *number};
}

}  // namespace

std::string new_selector(dkim::KeyType type, Time now, std::string_view last,
                         const std::vector<std::string>& taken) {
  Place place{day_of(now), 0};
  if (const auto before = place_of(last); before && before->day >= place.day) {
    place = {before->day, before->number + 1};
  }
  for (;; ++place.number) {
    auto selector = text_of(type, place);
    if (std::ranges::find(taken, selector) == taken.end()) return selector;
  }
}

}  // namespace scop::key_life
