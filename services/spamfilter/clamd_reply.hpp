// What clamd answers to INSTREAM (clamd(8)), without its last octet:
//   "stream: OK" | "stream: " name " FOUND" | text " ERROR"
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::spamfilter {

// The virus's name; empty: none was found. too_large: over clamd's StreamMaxLength; broken: another error.
Outcome<std::string> parse_clamd_reply(std::string_view reply);

}  // namespace scop::spamfilter
