// Outlook's autodiscovery: the answers to posted XML (MS-OXDSCLI 2.2.4) and to the JSON question that asks
// where to post it.
#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "settings/web.hpp"

namespace scop::web_content {

// `address` is what the program asked with and becomes the login; it is a domain's of ours and nothing more
// is known of it.
std::string autodiscover_xml(const settings::Web& settings, std::string_view address);

enum class AutodiscoverError : unsigned {
  invalid_request = 600,     // no request at all, such as a GET
  provider_not_there = 601,  // another response schema (ActiveSync), or not a domain of ours
};
std::string autodiscover_error_xml(AutodiscoverError error, Time now);

// {"Protocol":"AutodiscoverV1","Url":"…"}; `url` has no character that JSON escapes.
std::string autodiscover_json(std::string_view url);
std::string autodiscover_error_json();

}  // namespace scop::web_content
