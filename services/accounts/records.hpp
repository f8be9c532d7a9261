// What the administrator changes, each as one job of the writer: checked and written in one transaction. A
// failure's text tells the administrator what to do. Arguments are as typed; what is stored is canonical.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "scram/keys.hpp"
#include "store/database.hpp"

namespace scop::accounts::records {

// Errors: malformed, conflict (exists already), not_found.
Outcome<> add_domain(store::Database& database, std::string_view domain, Time now);
Outcome<> add_account(store::Database& database, std::string_view login, std::string_view hash, Time now);
Outcome<> set_password(store::Database& database, std::string_view login, std::string_view hash);
// Only where it still is `old`: for a better hash of the same password.
Outcome<> replace_hash(store::Database& database, std::string_view login, std::string_view old,
                       std::string_view hash);
Outcome<> set_disabled(store::Database& database, std::string_view login, bool disabled);
Outcome<> set_quota(store::Database& database, std::string_view login, std::uint64_t octets);
// not_found where there is no such login.
Outcome<> note_usage(store::Database& database, std::string_view login, std::uint64_t octets);
Outcome<> remove_account(store::Database& database, std::string_view login);
Outcome<> add_app_password(store::Database& database, std::string_view login, std::string_view name,
                           const scram::StoredKeys& keys, Time now);
Outcome<> remove_app_password(store::Database& database, std::string_view login, std::string_view name);

// Adds targets and senders to those that are there.
Outcome<> add_alias(store::Database& database, std::string_view address,
                    const std::vector<std::string>& targets, const std::vector<std::string>& senders,
                    Time now);
// Takes the targets and senders named; where none are named, the alias.
Outcome<> remove_alias(store::Database& database, std::string_view address,
                       const std::vector<std::string>& targets, const std::vector<std::string>& senders);

// Made at first, the same ever after.
Outcome<std::string> lasting_secret(store::Database& database, std::string_view name);

}  // namespace scop::accounts::records
