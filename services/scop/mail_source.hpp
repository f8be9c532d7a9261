// Messages of files, mboxes, Maildirs, folders and standard input, one at a time and in a fixed order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace scop::command {

inline constexpr std::uintmax_t most_file_octets = 1ULL << 30U;

// A place on the command line: "-" is standard input.
struct MailFile {
  std::filesystem::path path;
  bool is_input = false;
};

// Folders recursively, their files by name; what Maildirs keep beside the messages is left out. not_found,
// denied.
Outcome<std::vector<MailFile>> mail_files(const std::vector<std::string>& places);

// What a file holds. unavailable, too_large.
Outcome<std::string> read_mail_file(const MailFile& file);

// The messages in it: more than one in an mbox, whose "From " lines (RFC 4155) are taken off.
std::vector<std::string_view> split_mbox(std::string_view octets);

}  // namespace scop::command
