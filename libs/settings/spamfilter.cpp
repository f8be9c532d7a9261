#include "settings/spamfilter.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/ascii.hpp"
#include "dns/address.hpp"
#include "dns/domain.hpp"

namespace scop::settings {

namespace {

const std::vector<std::string_view> actions{"allow", "label", "junk", "refuse"};

// "0.95"; TOML's fractions are not read by config, which keeps to texts for quantities.
std::optional<double> parse_score(std::string_view text) {
  double score = 0;
  const auto digits = std::ranges::all_of(text, [](char c) { return ascii::is_digit(c) || c == '.'; });
  if (text.empty() || !digits || text.size() > 20) return std::nullopt;
  const std::string terminated(text);
  const auto* end = std::to_address(terminated.cend());
  const auto [stopped, error] = std::from_chars(terminated.c_str(), end, score);
  if (error != std::errc{} || stopped != end || score < 0 || score > 1) return std::nullopt;
  return score;
}

double read_score(const config::Section& section, std::string_view key, double otherwise) {
  if (!section.has(key)) return otherwise;
  const auto text = section.text(key);
  if (const auto score = parse_score(text)) return *score;
  section.problem(key, "expected a score in quotes from \"0\" to \"1\" such as \"0.95\", found \"" +
                           ascii::printable(text, 40) + "\"");
  return otherwise;
}

double read_threshold(const config::Section& section, std::string_view key, double otherwise) {
  return section.text(key) == "never" ? SpamThresholds::never : read_score(section, key, otherwise);
}

SpamThresholds read_thresholds(const config::Section& section, const SpamThresholds& otherwise) {
  SpamThresholds out;
  out.ham = read_score(section, "ham", otherwise.ham);
  out.label = read_threshold(section, "label", otherwise.label);
  out.junk = read_threshold(section, "junk", otherwise.junk);
  out.refuse = read_threshold(section, "refuse", otherwise.refuse);
  if (out.label <= out.ham) section.problem("label", "must be above ham");
  if (out.junk < out.label) section.problem("junk", "must not be below label");
  if (out.refuse < out.junk) section.problem("refuse", "must not be below junk");
  return out;
}

AttachmentAction read_action(const config::Section& section, std::string_view key,
                             AttachmentAction otherwise) {
  const auto word = section.choice(key, name_of(otherwise), actions);
  const auto at = std::ranges::find(actions, word);
  return static_cast<AttachmentAction>(at - actions.begin());
}

AttachmentPolicy read_attachments(const config::Document& document) {
  const auto section = document.section("spamfilter.attachments");
  AttachmentPolicy policy;
  policy.dangerous_type = read_action(section, "dangerous_type", policy.dangerous_type);
  policy.double_extension = read_action(section, "double_extension", policy.double_extension);
  policy.archived_executable = read_action(section, "archived_executable", policy.archived_executable);
  policy.macro = read_action(section, "macro", policy.macro);
  policy.encrypted_archive = read_action(section, "encrypted_archive", policy.encrypted_archive);
  policy.bomb = read_action(section, "bomb", policy.bomb);
  policy.virus = read_action(section, "virus", policy.virus);
  return policy;
}

void read_domains(const config::Document& document, Spamfilter& settings) {
  for (const auto& [key, section] : document.subsections("spamfilter.domain")) {
    SpamDomain domain;
    domain.domain = ascii::to_lower(section.required_text("domain"));
    if (!domain.domain.empty() && !dns::to_a_labels(domain.domain)) {
      section.problem("domain", "expected a domain such as \"example.org\"");
    }
    domain.thresholds = read_thresholds(section, settings.thresholds);
    settings.domains.push_back(std::move(domain));
  }
}

bool is_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = dns::Address::from_text(text.substr(0, slash));
  if (!address || slash == std::string_view::npos) return address.has_value();
  const auto bits = ascii::parse_unsigned(text.substr(slash + 1));
  return bits && *bits <= (address->is_v6() ? 128U : 32U);
}

// "127.0.0.1:3310", "[::1]:3310"; port 0 only where it is the kernel's to choose.
bool is_endpoint(std::string_view text, std::uint64_t least_port) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto port = ascii::parse_unsigned(text.substr(colon + 1));
  auto address = text.substr(0, colon);
  const bool bracketed = address.starts_with('[') && address.ends_with(']');
  if (bracketed) address = address.substr(1, address.size() - 2);
  const auto parsed = dns::Address::from_text(address);
  return port && *port >= least_port && *port <= 65535 && parsed && parsed->is_v6() == bracketed;
}

std::vector<std::string> read_networks(const config::Section& section, std::string_view key,
                                       std::vector<std::string> otherwise) {
  auto networks = section.texts(key, std::move(otherwise));
  for (const auto& network : networks) {
    if (is_network(network)) continue;
    section.problem(
        key, "expected networks such as \"192.0.2.0/24\", found \"" + ascii::printable(network, 60) + "\"");
  }
  return networks;
}

std::chrono::milliseconds read_wait(const config::Section& section, std::string_view key,
                                    std::chrono::milliseconds otherwise, std::chrono::milliseconds most) {
  const auto wait = section.duration(key, otherwise);
  if (wait.count() > 0 && wait <= most) return wait;
  section.problem(key,
                  "expected a time above nothing and at most " + std::to_string(most.count() / 1000) + "s");
  return otherwise;
}

void read_clamd(const config::Section& section, Spamfilter& settings) {
  settings.clamd = section.text("clamd");
  const bool is_path = settings.clamd.starts_with('/') && settings.clamd.size() < 108;
  if (!settings.clamd.empty() && !is_path && !is_endpoint(settings.clamd, 1)) {
    section.problem("clamd", "expected a socket such as \"/run/clamav/clamd.ctl\" or \"127.0.0.1:3310\"");
  }
  // The edge answers its client after 60 s whatever comes.
  settings.clamd_timeout =
      read_wait(section, "clamd_timeout", settings.clamd_timeout, std::chrono::seconds{30});
  settings.defer_without_clamd = section.choice("clamd_away", "pass", {"pass", "defer"}) == "defer";
}

void read_learning(const config::Section& section, Spamfilter& settings) {
  const auto teaches = section.choice("users_teach", "own", {"own", "domain", "shared"});
  settings.users_teach = teaches == "shared"   ? Teaches::shared
                         : teaches == "domain" ? Teaches::domain
                                               : Teaches::own;
  settings.subaddress_separator = section.text("subaddress_separator", settings.subaddress_separator);
  settings.autolearn = section.boolean("autolearn", settings.autolearn);
  settings.autolearn_ham = read_score(section, "autolearn_ham", settings.autolearn_ham);
  settings.autolearn_spam = read_score(section, "autolearn_spam", settings.autolearn_spam);
  if (settings.autolearn_ham > settings.thresholds.ham)
    section.problem("autolearn_ham", "must not be above ham");
  if (settings.autolearn_spam < settings.thresholds.label)
    section.problem("autolearn_spam", "must not be below label");
  settings.autolearn_per_day =
      static_cast<unsigned>(section.integer("autolearn_per_day", settings.autolearn_per_day, 1, 100'000));
  settings.most_features = static_cast<std::uint64_t>(section.integer(
      "most_features", static_cast<std::int64_t>(settings.most_features), 100'000, 50'000'000));
  settings.keep_days = static_cast<unsigned>(section.integer("keep_days", settings.keep_days, 0, 10'000));
}

void read_reputation(const config::Section& section, Spamfilter& settings) {
  settings.reputation_half_life =
      read_wait(section, "reputation_half_life", settings.reputation_half_life, std::chrono::days{365});
  settings.spammer_share = read_score(section, "spammer_share", settings.spammer_share);
  if (settings.spammer_share <= 0.5) section.problem("spammer_share", "must be above 0.5");
  settings.spammer_evidence =
      static_cast<unsigned>(section.integer("spammer_evidence", settings.spammer_evidence, 2, 1'000'000));
  settings.gateways = read_networks(section, "gateways", {});
}

void read_http(const config::Section& section, Spamfilter& settings) {
  settings.http_listen = section.texts("http_listen");
  for (const auto& endpoint : settings.http_listen) {
    if (is_endpoint(endpoint, 0)) continue;
    section.problem("http_listen", "expected addresses and ports such as \"127.0.0.1:11333\", found \"" +
                                       ascii::printable(endpoint, 60) + "\"");
  }
  settings.http_allow = read_networks(section, "http_allow", settings.http_allow);
}

}  // namespace

std::string_view name_of(AttachmentAction action) { return actions[static_cast<std::size_t>(action)]; }

Spamfilter read_spamfilter(const config::Document& document) {
  Spamfilter settings;
  const auto section = document.section("spamfilter");
  settings.thresholds = read_thresholds(section, settings.thresholds);
  read_domains(document, settings);
  settings.attachments = read_attachments(document);
  read_clamd(section, settings);
  settings.examined = section.octets("examined", settings.examined);
  if (settings.examined < 65'536 || settings.examined > (32U << 20U))
    section.problem("examined", "expected a size from \"64KB\" to \"32MB\"");
  settings.message_memory = section.octets("message_memory", settings.message_memory);
  if (settings.message_memory < settings.examined)
    section.problem("message_memory", "must not be below examined");
  settings.judge_timeout =
      read_wait(section, "judge_timeout", settings.judge_timeout, std::chrono::seconds{20});
  read_learning(section, settings);
  read_reputation(section, settings);
  read_http(section, settings);
  return settings;
}

const SpamThresholds& thresholds_of(const Spamfilter& settings, std::string_view domain) {
  const auto found = std::ranges::find_if(settings.domains, [&](const SpamDomain& entry) {
    return ascii::equals_ignoring_case(entry.domain, domain);
  });
  return found == settings.domains.end() ? settings.thresholds : found->thresholds;
}

}  // namespace scop::settings
