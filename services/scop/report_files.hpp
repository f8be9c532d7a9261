// The files that hold DMARC aggregate reports: read bounded, a Maildir folder file by file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace scop::command {

inline constexpr std::size_t most_report_files = 100'000;
inline constexpr std::size_t largest_report_file = 64U << 20U;

// The file itself; of a folder the files in it, of a Maildir those in cur and new; in the order of their
// names.
Outcome<std::vector<std::filesystem::path>> report_files(const std::filesystem::path& path);

Outcome<std::string> read_report_file(const std::filesystem::path& file);

}  // namespace scop::command
