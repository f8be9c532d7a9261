// Domain names as macros make them: any octets, labels between dots ⇄ names that may be asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scop::spf {

inline constexpr std::size_t longest_domain = 253;

// The presentation form for a question, lower case, one last dot dropped; nullopt where a label is empty or
// over 63 octets, or all of it is over 253.
std::optional<std::string> question_name(std::string_view domain);

// RFC 7208 7.3: labels dropped from the left until the rest has at most 253 octets.
std::string_view shortened(std::string_view domain);

// RFC 7208 4.3: a multi-label domain name; U-labels become A-labels. nullopt: the check's result is none.
std::optional<std::string> checkable_domain(std::string_view domain);

// `name` is `domain` or below it; both in lower case without last dots.
bool is_within(std::string_view name, std::string_view domain);

}  // namespace scop::spf
