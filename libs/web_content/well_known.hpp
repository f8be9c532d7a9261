// Short texts below /.well-known/ (RFC 8615).
#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "settings/web.hpp"

namespace scop::web_content {

// Matrix: where federation and clients find the homeserver of the domain. The settings have been checked:
// nothing in them needs escaping.
std::string matrix_server_json(const settings::Web& settings);
std::string matrix_client_json(const settings::Web& settings);

// RFC 9116; good for 30 days from `now`, which is less than the year of 2.5.5.
std::string security_txt(const settings::Web& settings, std::string_view host, Time now);

}  // namespace scop::web_content
