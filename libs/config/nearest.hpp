// Which known name was probably meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scop::config {

// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The known name nearest to `name`; none where even the nearest is another word.
std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace scop::config
