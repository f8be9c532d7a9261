#include "settings/relay.hpp"

#include <algorithm>
#include <string>

#include "core/ascii.hpp"
#include "dns/address.hpp"

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

LmtpRoute read_lmtp(const config::Section& section) {
  LmtpRoute route;
  route.domain = ascii::to_lower(section.required_text("domain"));
  const auto to = section.required_text("to");
  if (to.contains('/')) {
    route.path = section.path("to");
    // sun_path of sockaddr_un, less its end.
    if (route.path.native().size() > 107) section.problem("to", "the path is over 107 octets long");
    return route;
  }
  const auto colon = to.rfind(':');
  const auto port = colon == std::string::npos ? std::nullopt : ascii::parse_unsigned(to.substr(colon + 1));
  auto host = to.substr(0, std::min(colon, to.size()));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!port || *port == 0 || *port > 65535 || !dns::Address::from_text(host)) {
    section.problem("to",
                    "expected a Unix socket's path, or an IP address and port such as \"127.0.0.1:24\"");
    return route;
  }
  route.host = std::move(host);
  route.port = static_cast<std::uint16_t>(*port);
  return route;
}

}  // namespace

std::string LmtpRoute::text() const {
  if (port == 0) return path.string();
  return host.contains(':') ? "[" + host + "]:" + std::to_string(port) : host + ":" + std::to_string(port);
}

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
  relay.tls_reports = section.boolean("tls_reports", relay.tls_reports);
  relay.quota_recount = section.duration("quota_recount", minutes{1});
  for (const auto& [key, lmtp] : document.subsections("relay.lmtp")) relay.lmtp.push_back(read_lmtp(lmtp));
  if (relay.expire < relay.retry.front())
    section.problem("expire", "must not be below the first wait of retry");
  if (relay.quota_recount.count() <= 0) section.problem("quota_recount", "must be above zero");
  return relay;
}

}  // namespace scop::settings
