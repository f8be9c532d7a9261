// A password from a file, from standard input, or typed twice without echo; never from the command line,
// where every process could read it.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/error.hpp"
#include "core/secret.hpp"

namespace scop::command {

// `file` empty: the terminal, or standard input where that is none. "-": standard input. One line end at the
// end is not part of it.
Outcome<Secret> read_password(const std::filesystem::path& file, std::string_view prompt);

}  // namespace scop::command
