// Authentication-Results of strangers that carry our authserv-id (RFC 8601 5): readers behind us would
// believe them, so they are removed. Reads tolerantly: what some reader may take for our id is a claim.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "message/header.hpp"

namespace scop::auth_results {

inline constexpr std::string_view field_name = "Authentication-Results";

// Case, comments, folding, quotes, the version behind the id, A-labels and U-labels and a last dot make no
// difference. A value that does not follow the grammar is a claim where the id stands anywhere before its
// first ";".
bool claims(std::string_view value, std::string_view authserv_id);

// Indexes in header.fields of all Authentication-Results that claim one of `ids`.
std::vector<std::uint32_t> claiming_fields(const message::HeaderView& header,
                                           std::span<const std::string> ids);

}  // namespace scop::auth_results
