// Builds the signer's parts from files and settings.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "dkim/signer.hpp"
#include "settings/signer.hpp"
#include "signer/key_keeper.hpp"

namespace scop::signer {

Outcome<std::string> read_grant_key(const std::filesystem::path& mesh_folder);
dkim::SigningPolicy policy_of(const settings::Signer& settings);
// nullopt: none is configured.
Outcome<std::optional<Primary>> primary_of(const settings::Signer& settings);
// Servers beside the primary that must answer a record before it counts.
Outcome<std::vector<net::Endpoint>> watched_of(const settings::Signer& settings);
KeeperSettings keeper_settings(const settings::Signer& settings, std::filesystem::path folder);

}  // namespace scop::signer
