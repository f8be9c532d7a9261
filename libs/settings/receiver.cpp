#include "settings/receiver.hpp"

#include "core/ascii.hpp"
#include "dns/address.hpp"
#include "dns/domain.hpp"

namespace scop::settings {

namespace {

constexpr unsigned many = 1'000'000;

// "192.0.2.1", "192.0.2.0/24", "2001:db8::/32".
bool is_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = dns::Address::from_text(text.substr(0, slash));
  if (!address) return false;
  if (slash == std::string_view::npos) return true;
  const auto length = ascii::parse_unsigned(text.substr(slash + 1));
  return length && *length <= (address->is_v6() ? 128U : 32U);
}

void read_rates(const config::Section& section, Receiver& receiver) {
  receiver.connections_per_minute =
      read_count(section, "connections_per_minute", receiver.connections_per_minute, 0, many);
  receiver.messages_per_minute =
      read_count(section, "messages_per_minute", receiver.messages_per_minute, 0, many);
  receiver.recipients_per_minute =
      read_count(section, "recipients_per_minute", receiver.recipients_per_minute, 0, many);
  receiver.errors_per_minute = read_count(section, "errors_per_minute", receiver.errors_per_minute, 0, many);
}

void read_offences(const config::Section& section, Receiver& receiver) {
  receiver.free_unknown = read_count(section, "free_unknown", receiver.free_unknown, 0, many);
  receiver.most_unknown = read_count(section, "most_unknown", receiver.most_unknown, 1, many);
  if (receiver.most_unknown < receiver.free_unknown)
    section.problem("most_unknown", "must not be below free_unknown");
  receiver.longest_delay = section.duration("longest_delay", receiver.longest_delay);
  if (receiver.longest_delay > std::chrono::minutes(2))
    section.problem("longest_delay", "expected at most \"2m\": clients wait no longer");
  receiver.ban_after = read_count(section, "ban_after", receiver.ban_after, 0, 1'000);
  receiver.first_ban = read_timeout(section, "first_ban", receiver.first_ban);
  receiver.longest_ban = read_timeout(section, "longest_ban", receiver.longest_ban);
  if (receiver.longest_ban < receiver.first_ban)
    section.problem("longest_ban", "must not be shorter than first_ban");
}

void read_blocklists(const config::Document& document, const config::Section& section, Receiver& receiver) {
  for (const auto& [key, list] : document.subsections("receiver.blocklist")) {
    const auto zone = list.required_text("zone");
    const auto name = dns::to_a_labels(zone);
    if (!zone.empty() && !name) list.problem("zone", "expected a domain such as \"zen.example.org\"");
    receiver.blocklists.push_back({name.value_or(""), read_count(list, "score", 10, 0, 1'000)});
  }
  if (receiver.blocklists.size() > 20) section.problem("blocklist", "expected at most 20 lists");
  receiver.blocklist_refuse = read_count(section, "blocklist_refuse", receiver.blocklist_refuse, 0, 1'000);
  receiver.dns_timeout = read_timeout(section, "dns_timeout", receiver.dns_timeout);
}

void read_greylisting(const config::Section& section, Receiver& receiver) {
  receiver.greylisting = section.boolean("greylisting", receiver.greylisting);
  receiver.greylist_delay = read_timeout(section, "greylist_delay", receiver.greylist_delay);
  receiver.greylist_window = read_timeout(section, "greylist_window", receiver.greylist_window);
  if (receiver.greylist_window <= receiver.greylist_delay)
    section.problem("greylist_window", "must be longer than greylist_delay");
  receiver.greylist_keep = read_timeout(section, "greylist_keep", receiver.greylist_keep);
}

SpamHostPolicy read_spam_host_policy(const config::Section& section) {
  const auto word = section.choice("spam_host_policy", "slow", {"observe", "slow", "refuse"});
  if (word == "observe") return SpamHostPolicy::observe;
  return word == "refuse" ? SpamHostPolicy::refuse : SpamHostPolicy::slow;
}

}  // namespace

Receiver read_receiver(const config::Document& document) {
  Receiver receiver;
  const auto section = document.section("receiver");
  receiver.listen = read_endpoints(section, "listen", receiver.listen);
  read_public_server(section, "tls/receiver-key.pem", receiver);
  receiver.greeting_delay = section.duration("greeting_delay", receiver.greeting_delay);
  if (receiver.greeting_delay > std::chrono::minutes(1))
    section.problem("greeting_delay", "expected at most \"1m\": clients wait no longer");
  receiver.gateways = section.texts("gateways", receiver.gateways);
  for (const auto& network : receiver.gateways) {
    if (!is_network(network))
      section.problem("gateways", "expected addresses or networks such as \"10.0.0.0/8\", found \"" +
                                      ascii::printable(network) + "\"");
  }
  read_rates(section, receiver);
  read_offences(section, receiver);
  read_blocklists(document, section, receiver);
  receiver.spam_host_policy = read_spam_host_policy(section);
  receiver.spam_host_refuse = read_count(section, "spam_host_refuse", receiver.spam_host_refuse, 0, 100);
  read_greylisting(section, receiver);
  receiver.max_hops = read_count(section, "max_hops", receiver.max_hops, 1, 1'000);
  return receiver;
}

}  // namespace scop::settings
