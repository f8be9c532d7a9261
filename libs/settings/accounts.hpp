// The [accounts] section: how addresses are read, what passwords cost, how much an account may send.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "config/document.hpp"

namespace scop::settings {

struct Accounts {
  char subaddress_separator = '+';  // user+detail@domain; 0: none
  std::string
      postmaster_user;  // who gets postmaster@ and abuse@ of every domain; empty: each domain's oldest user
  std::chrono::seconds grant_lifetime{900};
  std::uint64_t messages_per_hour = 1'000;     // of one account; 0: no limit
  std::uint64_t recipients_per_hour = 10'000;  // likewise
  unsigned failures_before_throttle = 5;       // wrong passwords of one account at one daemon
  std::chrono::seconds longest_throttle{300};
  unsigned failures_per_second = 50;  // of one daemon, all accounts together; bursts of ten times as many
  std::uint64_t argon2_memory = 19U << 20U;  // octets, of one check
  unsigned argon2_passes = 2;
  unsigned argon2_threads = 2;  // checks at the same time
  std::chrono::seconds verified_cache{
      300};  // how long a password that was right is known again cheaply; 0: never
};

Accounts read_accounts(const config::Document& document);

}  // namespace scop::settings
