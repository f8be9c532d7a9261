// Apple's configuration profile with one mail account (com.apple.mail.managed), unsigned and without a
// password: the device asks for it.
#pragma once

#include <string>
#include <string_view>

#include "settings/web.hpp"

namespace scop::web_content {

// Needs `settings.imap` and one of submissions and submission. The same address always makes the same
// profile, so that a second one replaces the first.
std::string mobileconfig(const settings::Web& settings, std::string_view address, std::string_view domain);

bool has_mobileconfig(const settings::Web& settings);

}  // namespace scop::web_content
