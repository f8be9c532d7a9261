#include "settings/accounts.hpp"

#include <string_view>

namespace scop::settings {

namespace {

using namespace std::chrono_literals;

std::chrono::seconds read_seconds(const config::Section& section, std::string_view key,
                                  std::chrono::seconds otherwise, std::chrono::seconds least,
                                  std::chrono::seconds most) {
  const auto value = std::chrono::floor<std::chrono::seconds>(section.duration(key, otherwise));
  if (value >= least && value <= most) return value;
  section.problem(key, "expected between " + std::to_string(least.count()) + " and " +
                           std::to_string(most.count()) + " seconds");
  return otherwise;
}

unsigned read_count(const config::Section& section, std::string_view key, unsigned otherwise, unsigned least,
                    unsigned most) {
  return static_cast<unsigned>(section.integer(key, otherwise, least, most));
}

void read_addresses(const config::Section& section, Accounts& accounts) {
  const auto separator = section.text("subaddress_separator", "+");
  constexpr std::string_view separators = "+-._=#~";
  if (separator.size() > 1 || (!separator.empty() && !separators.contains(separator.front()))) {
    section.problem("subaddress_separator", "expected one of + - . _ = # ~, or \"\" for none");
  } else {
    accounts.subaddress_separator = separator.empty() ? '\0' : separator.front();
  }
  accounts.postmaster_user = section.text("postmaster_user");
  if (!accounts.postmaster_user.empty() && !accounts.postmaster_user.contains('@')) {
    section.problem("postmaster_user",
                    "expected a user such as \"ann@example.org\", or \"\" for each domain's oldest");
  }
}

void read_passwords(const config::Section& section, Accounts& accounts) {
  accounts.failures_before_throttle = read_count(section, "failures_before_throttle", 5, 1, 1'000);
  accounts.longest_throttle = read_seconds(section, "longest_throttle", 300s, 1s, 86'400s);
  accounts.failures_per_second = read_count(section, "failures_per_second", 50, 1, 100'000);
  accounts.argon2_memory = section.octets("argon2_memory", accounts.argon2_memory);
  if (accounts.argon2_memory < (1U << 20U) || accounts.argon2_memory > (256U << 20U)) {
    section.problem("argon2_memory", "expected between \"1MiB\" and \"256MiB\"");
    accounts.argon2_memory = 19U << 20U;
  }
  accounts.argon2_passes = read_count(section, "argon2_passes", 2, 1, 16);
  accounts.argon2_threads = read_count(section, "argon2_threads", 2, 1, 64);
  accounts.verified_cache = read_seconds(section, "verified_cache", 300s, 0s, 3'600s);
}

}  // namespace

Accounts read_accounts(const config::Document& document) {
  Accounts accounts;
  const auto section = document.section("accounts");
  read_addresses(section, accounts);
  read_passwords(section, accounts);
  accounts.grant_lifetime = read_seconds(section, "grant_lifetime", 900s, 60s, 86'400s);
  constexpr std::int64_t many = 1'000'000'000;
  accounts.messages_per_hour =
      static_cast<std::uint64_t>(section.integer("messages_per_hour", 1'000, 0, many));
  accounts.recipients_per_hour =
      static_cast<std::uint64_t>(section.integer("recipients_per_hour", 10'000, 0, many));
  return accounts;
}

}  // namespace scop::settings
