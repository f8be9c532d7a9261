// Our own MTA-STS policy (RFC 8461): the file that the web daemon serves, and the id that the TXT record at
// _mta-sts.<domain> names. Both come from the settings alone, so whoever publishes the record needs no
// daemon.
#pragma once

#include <string>

#include "settings/web.hpp"

namespace scop::web_content {

// RFC 8461 3.2.
std::string policy_text(const settings::Web& settings);

// 32 letters and digits (RFC 8461 3.1) that change whenever the text does.
std::string policy_id(const settings::Web& settings);

}  // namespace scop::web_content
