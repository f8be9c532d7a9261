// Which of our names a request is for: every hosted domain has itself and three names below it, and the mail
// host is asked about all of them.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "settings/web.hpp"

namespace scop::web_content {

struct Site {
  settings::Web settings;
  std::string host;                            // [mesh] host
  std::set<std::string, std::less<>> domains;  // hosted, lower case, A-labels
  std::uint16_t port = 443;                    // of HTTPS, for redirections
};

enum class Role : unsigned {
  domain = 1,
  mta_sts = 2,
  autoconfig = 4,
  autodiscover = 8,
  mail_host = 16,
  nobody = 0
};

struct Place {
  Role role = Role::nobody;
  std::string domain;  // of ours; empty at the mail host
  bool operator==(const Place&) const = default;
};

// `host` as http::parse_authority gives it. nobody: not a name of ours.
Place place_of(const Site& site, std::string_view host);

// The part of an address that is a domain of ours, lower case; empty: none, or no address. Says nothing about
// whether anybody has the address.
std::string domain_of_address(const Site& site, std::string_view address);

}  // namespace scop::web_content
