#include "settings/relay.hpp"

#include <algorithm>
#include <string>

#include "core/ascii.hpp"

namespace scop::settings {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

// "90s", "5m", "2h", "1d", "500ms"; as config reads durations, for lists of them.
std::optional<milliseconds> parse_duration(std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = ascii::parse_unsigned(text.substr(0, digits));
  const auto unit = text.substr(digits);
  if (!number || *number > 100'000'000) return std::nullopt;
  const auto count = static_cast<std::int64_t>(*number);
  if (unit == "ms") return milliseconds{count};
  if (unit == "s") return std::chrono::seconds{count};
  if (unit == "m") return minutes{count};
  if (unit == "h") return hours{count};
  if (unit == "d") return hours{count * 24};
  return std::nullopt;
}

std::vector<milliseconds> read_waits(const config::Section& section) {
  std::vector<milliseconds> waits;
  for (const auto& text : section.texts("retry", {"1m", "5m", "15m", "30m", "1h", "2h"})) {
    const auto wait = parse_duration(text);
    if (wait && wait->count() > 0) {
      waits.push_back(*wait);
    } else {
      section.problem("retry", "expected waits such as [\"1m\", \"5m\"], found \"" + text + "\"");
    }
  }
  if (waits.empty()) waits.push_back(minutes{1});
  return waits;
}

}  // namespace

Relay read_relay(const config::Document& document) {
  const auto section = document.section("relay");
  Relay relay;
  relay.mail_folder = section.path("mail_folder", "relay/state/mail");
  relay.subaddress_folders = section.boolean("subaddress_folders", relay.subaddress_folders);
  relay.max_message = section.octets("max_message", relay.max_message);
  relay.free_floor = section.octets("free_floor", relay.free_floor);
  relay.retry = read_waits(section);
  relay.longest_wait = section.duration("longest_wait", hours{4});
  relay.expire = section.duration("expire", hours{120});
  relay.delay_warning = section.duration("delay_warning", hours{4});
  relay.attempts = static_cast<unsigned>(section.integer("attempts", relay.attempts, 1, 2000));
  relay.attempts_per_destination = static_cast<unsigned>(
      section.integer("attempts_per_destination", relay.attempts_per_destination, 1, 200));
  relay.messages_in_memory =
      static_cast<unsigned>(section.integer("messages_in_memory", relay.messages_in_memory, 64, 100'000));
  if (relay.expire < relay.retry.front())
    section.problem("expire", "must not be below the first wait of retry");
  return relay;
}

}  // namespace scop::settings
