// <folder>/dns/published.json: the records that `scop dns publish` wrote, by domain. They alone may be
// removed again. Written whole or not at all.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "core/error.hpp"
#include "domain_records/difference.hpp"

namespace scop::command {

using Published = std::map<std::string, std::set<domain_records::Written>>;

// A file that is not there is an empty one. malformed: names the file and what to do.
Outcome<Published> read_published(const std::filesystem::path& file);
Outcome<> write_published(const std::filesystem::path& file, const Published& published);

Outcome<Published> published_from_text(std::string_view text);
std::string published_text(const Published& published);

}  // namespace scop::command
