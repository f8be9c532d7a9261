#include "config/quantity.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"

namespace scop::config {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array time_units{Unit{"ms", 1},        Unit{"s", 1000},       Unit{"m", 60'000},
                                Unit{"h", 3'600'000}, Unit{"d", 86'400'000}, Unit{"w", 604'800'000}};
constexpr std::array size_units{Unit{"", 1},
                                Unit{"b", 1},
                                Unit{"kb", 1ULL << 10U},
                                Unit{"kib", 1ULL << 10U},
                                Unit{"mb", 1ULL << 20U},
                                Unit{"mib", 1ULL << 20U},
                                Unit{"gb", 1ULL << 30U},
                                Unit{"gib", 1ULL << 30U},
                                Unit{"tb", 1ULL << 40U},
                                Unit{"tib", 1ULL << 40U}};
constexpr std::uint64_t most_milliseconds = 100ULL * 366 * 86'400'000;
constexpr std::uint64_t most_octets = 1ULL << 60U;

template <class Units>
std::optional<std::uint64_t> factor_of(const Units& units, std::string_view name) {
  const auto found = std::ranges::find(units, name, &Unit::name);
  if (found == units.end()) return std::nullopt;
  return found->factor;
}

std::string_view take_while(std::string_view& text, bool (*wanted)(char)) {
  const auto length = static_cast<std::size_t>(std::ranges::find_if_not(text, wanted) - text.begin());
  const auto taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

bool is_digit(char c) { return ascii::is_digit(c); }
bool is_alpha(char c) { return ascii::is_alpha(c); }

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t total = 0;
  while (!text.empty()) {
    const auto number = ascii::parse_unsigned(take_while(text, is_digit));
    const auto factor = factor_of(time_units, take_while(text, is_alpha));
    if (!number || !factor || *number > most_milliseconds / *factor) return std::nullopt;
    total += *number * *factor;
    if (total > most_milliseconds) return std::nullopt;
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(total));
}

std::optional<std::uint64_t> parse_octets(std::string_view text) {
  const auto number = ascii::parse_unsigned(take_while(text, is_digit));
  const auto factor = factor_of(size_units, ascii::to_lower(text));
  if (!number || !factor || *number > most_octets / *factor) return std::nullopt;
  return *number * *factor;
}

}  // namespace scop::config
