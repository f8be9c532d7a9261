// Thunderbird's client configuration, version 1.1
// (wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat). The same for every user of the domain:
// it never says whether there is one.
#pragma once

#include <string>
#include <string_view>

#include "settings/web.hpp"

namespace scop::web_content {

std::string autoconfig_xml(const settings::Web& settings, std::string_view domain);

// Port 143 is IMAP's own, where TLS begins with STARTTLS (RFC 8314 3.2).
bool begins_in_clear(const settings::MailServer& imap);

}  // namespace scop::web_content
