// Generated passwords for single programs: 125 random bits as five groups of five letters and digits. Their
// form sets them apart from chosen passwords; being beyond guessing, they need no argon2id and may have SCRAM
// keys.
#pragma once

#include <string_view>

#include "core/secret.hpp"
#include "scram/keys.hpp"

namespace scop::credentials {

Secret make_app_password();  // "k2jq9-x7w3m-pd5tn-zc4hv-r8fy6"
bool is_app_password(std::string_view text);

// A few milliseconds (RFC 7677's 4,096 iterations).
scram::StoredKeys app_password_keys(std::string_view password, std::string_view salt);

}  // namespace scop::credentials
