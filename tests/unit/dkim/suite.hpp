// Where the independent test material lies; tests skip where it is not there.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace scop::dkim {

inline std::filesystem::path suite() {
  const char* suites = std::getenv("SCOP_SUITES");
  return std::filesystem::path(suites != nullptr && *suites != '\0' ? suites : "/work/shared/suites") /
         "dkim";
}

inline std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Every LF without a CR and every CR without an LF becomes CRLF.
inline std::string with_crlf(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find_first_of("\r\n");
    out += text.substr(0, end);
    if (end == std::string_view::npos) break;
    out += "\r\n";
    text.remove_prefix(end);
    text.remove_prefix(text.starts_with("\r\n") ? 2 : 1);
  }
  return out;
}

}  // namespace scop::dkim
