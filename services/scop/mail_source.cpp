#include "scop/mail_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>

#include "core/ascii.hpp"
#include "message/header.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::array beside_mail{"dovecot"sv, "courierimap"sv, "maildirfolder"sv, "maildirsize"sv,
                                 "subscriptions"sv};

bool is_mail(const fs::path& path) {
  const auto name = path.filename().string();
  if (path.parent_path().filename() == "tmp" && fs::exists(path.parent_path().parent_path() / "cur"))
    return false;
  return !name.starts_with('.') &&
         std::ranges::none_of(beside_mail, [&](auto b) { return name.starts_with(b); });
}

Outcome<> add_folder(const fs::path& folder, std::vector<MailFile>& found) {
  std::error_code error;
  std::vector<fs::path> paths;
  auto walk = fs::recursive_directory_iterator(folder, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    if (walk->is_regular_file(error) && is_mail(walk->path())) paths.push_back(walk->path());
  }
  if (error) return failure(ErrorKind::unavailable, fmt::format("{}: {}", folder.string(), error.message()));
  std::ranges::sort(paths);
  for (auto& path : paths) found.push_back({.path = std::move(path)});
  return {};
}

std::string_view line_at(std::string_view text, std::size_t at) {
  return text.substr(at, std::min(text.find('\n', at), text.size()) - at);
}

// "From sender Sat Jan  3 01:05:34 1996", and a header field on the next line: text that only begins with
// "From " is none.
bool is_separator(std::string_view text, std::size_t at) {
  const auto line = line_at(text, at);
  if (!line.starts_with("From ") || line.size() > 500) return false;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || !ascii::is_digit(line[colon - 1])) return false;
  auto next = line_at(text, std::min(at + line.size() + 1, text.size()));
  while (next.starts_with('>')) next.remove_prefix(1);
  return next.starts_with("From ") ||
         message::is_field_name(next.substr(0, std::min(next.find(':'), next.size())));
}

}  // namespace

Outcome<std::vector<MailFile>> mail_files(const std::vector<std::string>& places) {
  std::vector<MailFile> found;
  for (const auto& place : places) {
    std::error_code error;
    if (place == "-") {
      found.push_back({.path = "-", .is_input = true});
    } else if (fs::is_directory(place, error)) {
      if (auto added = add_folder(place, found); !added) return std::unexpected(added.error());
    } else if (fs::exists(place, error)) {
      found.push_back({.path = place});
    } else {
      return failure(ErrorKind::not_found, fmt::format("{}: there is no such file or folder", place));
    }
  }
  return found;
}

Outcome<std::string> read_mail_file(const MailFile& file) {
  if (file.is_input) return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::error_code error;
  const auto size = fs::file_size(file.path, error);
  if (!error && size > most_file_octets) {
    return failure(ErrorKind::too_large, fmt::format("{}: larger than 1 GiB", file.path.string()));
  }
  std::ifstream in(file.path, std::ios::binary);
  std::string octets(error ? 0 : size, '\0');
  in.read(octets.data(), static_cast<std::streamsize>(octets.size()));
  if (!in) return failure(ErrorKind::unavailable, fmt::format("{}: cannot be read", file.path.string()));
  return octets;
}

std::vector<std::string_view> split_mbox(std::string_view octets) {
  if (!octets.starts_with("From ")) return {octets};
  std::vector<std::string_view> found;
  std::size_t begin = 0;
  const auto take = [&](std::size_t end) {
    auto text = octets.substr(begin, end - begin);
    text.remove_prefix(std::min(line_at(text, 0).size() + 1, text.size()));
    found.push_back(text);
  };
  for (auto at = octets.find("\nFrom "); at != std::string_view::npos; at = octets.find("\nFrom ", at + 1)) {
    const bool blank_before =
        at > 0 && (octets[at - 1] == '\n' || (at > 1 && octets.substr(at - 2, 2) == "\n\r"));
    if (!blank_before || !is_separator(octets, at + 1)) continue;
    take(at);
    begin = at + 1;
  }
  take(octets.size());
  return found;
}

}  // namespace scop::command
