#include "scop/message_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "files/descriptor.hpp"

namespace scop::command {

Outcome<std::string> read_input(const std::string& file, std::size_t most) {
  const std::unique_ptr<FILE, int (*)(FILE*)> opened(
      file == "-" ? nullptr : std::fopen(file.c_str(), "rbe"),
      [](FILE* one) { return one == nullptr ? 0 : std::fclose(one); });
  if (!opened && file != "-") return std::unexpected(files::error_of(errno, "opening", file));
  FILE* in = opened ? opened.get() : stdin;
  std::string text;
  std::array<char, 65'536> chunk{};
  while (const auto count = std::fread(chunk.data(), 1, chunk.size(), in)) {
    text.append(chunk.data(), count);
    if (text.size() > most)
      return failure(ErrorKind::too_large, file + ": larger than " + std::to_string(most));
  }
  if (std::ferror(in) != 0) return std::unexpected(files::error_of(errno, "reading", file));
  return text;
}

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    out += line;
    if (end == std::string_view::npos) break;
    out += line.ends_with('\r') ? "\n" : "\r\n";
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace scop::command
