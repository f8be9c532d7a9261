// Request targets (RFC 9112 3.2). Of the URI's characters only (RFC 3986): what a handler gets can stand in a
// header field or a log line.
//
//   request-target = origin-form / absolute-form / authority-form / asterisk-form
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/authority.hpp"

namespace scop::http {

struct Target {
  std::string scheme;                  // "http", "https"; empty: no absolute form
  std::optional<Authority> authority;  // of the absolute form alone
  std::string path;                    // "/…" as it came, percent signs and all; "*": the asterisk form
  std::string query;                   // behind the question mark
  bool operator==(const Target&) const = default;
};

// malformed: none of the three forms, or a character that no URI has. unsupported: another scheme, or the
// authority form, which is for CONNECT.
Outcome<Target> parse_target(std::string_view method, std::string_view text);

}  // namespace scop::http
