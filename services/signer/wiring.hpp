// Builds the signer's parts from files and settings.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "dkim/signer.hpp"
#include "settings/signer.hpp"
#include "signer/publisher.hpp"

namespace scop::signer {

Outcome<std::string> read_grant_key(const std::filesystem::path& mesh_folder);
dkim::SigningPolicy policy_of(const settings::Signer& settings);
// nullopt: none is configured.
Outcome<std::optional<Primary>> primary_of(const settings::Signer& settings);

}  // namespace scop::signer
