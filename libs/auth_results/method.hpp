// What another host's results say of one method: for those of sealers that are trusted (RFC 8617 7.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scop::auth_results {

// "pass" of "… ; dmarc=pass (p=none) header.from=…", in lower case. `value` is a whole field's value,
// ARC-Authentication-Results' too. nullopt where the method is not there, there twice with different results,
// or the value does not follow the grammar as far as it was read.
std::optional<std::string> result_of(std::string_view value, std::string_view method);

}  // namespace scop::auth_results
