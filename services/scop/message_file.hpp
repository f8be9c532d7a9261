// Messages and other input out of a file or standard input, with the line ends of the wire.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::command {

inline constexpr std::size_t most_message = 256U << 20U;

// "-" is standard input; pipes and links are followed.
Outcome<std::string> read_input(const std::string& file, std::size_t most = most_message);

// Every LF without a CR before it becomes CRLF.
std::string with_crlf(std::string_view text);

}  // namespace scop::command
