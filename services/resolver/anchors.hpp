// The trust anchors before libunbound sees them. Those that RFC 5011 shall keep up to date become one file
// per zone in the state folder, which the library rewrites when keys roll; what was configured lies beside it
// (".seed"), so that a change of the configuration, and nothing else, starts the zone afresh.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "resolver/unbound_conf.hpp"

namespace scop::resolver {

// Debian keeps this one up to date (package dns-root-data).
inline constexpr const char* root_anchor_file = "/usr/share/dns/root.key";

// Records by the zone that they are for (canonical text), in the order of `text`, one on a line; comments and
// empty lines skipped. An error names the line that is no DS or DNSKEY record.
Outcome<std::map<std::string, std::string>> anchors_by_zone(std::string_view text);

// A DNSKEY without the SEP bit is no key that RFC 5011 could follow.
bool can_be_kept(std::string_view records);

// "root" for ".", else the name with everything but letters, digits, "-" and "_" as %XX and dots left.
std::string file_name_of(std::string_view zone);

// Reads what is configured, writes below `state`.
Outcome<AnchorSources> prepare_anchors(const settings::Resolver& settings,
                                       const std::filesystem::path& state);

}  // namespace scop::resolver
