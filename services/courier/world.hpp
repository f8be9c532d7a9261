// What all attempts of the courier share; outlives them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "courier/pool.hpp"
#include "courier/sender_check.hpp"
#include "courier/sts_policies.hpp"
#include "log/log.hpp"
#include "mx/addresses.hpp"
#include "settings/courier.hpp"

namespace scop::courier {

struct World {
  asio::io_context& io;
  const Log& log;
  pipe::Channel& resolver;
  settings::Courier settings;
  smtp_client::Timeouts timeouts;
  std::vector<std::string> own_hosts;
  mx::AddressRules mx_rules;     // for addresses that a stranger's MX names
  mx::AddressRules route_rules;  // for those that the administrator names
  std::optional<asio::ip::address> source_v4;
  std::optional<asio::ip::address> source_v6;
  std::vector<std::optional<smtp_client::Credentials>> credentials;  // of settings.routes, by index
  net::TlsContext opportunistic;
  net::TlsContext verifying;
  net::TlsContext dane;
  Pool pool;
  SenderCheck sender_check;
  StsPolicies sts_policies;
  std::vector<std::string> leaves_from;  // for explanations

  const net::TlsContext& context_of(tls_policy::Level level) const {
    if (level == tls_policy::Level::dane) return dane;
    return level == tls_policy::Level::web_pki ? verifying : opportunistic;
  }
};

}  // namespace scop::courier
