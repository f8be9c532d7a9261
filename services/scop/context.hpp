// What every command knows: the options before the command's name, and where its answer goes.
#pragma once

#include <filesystem>
#include <functional>

#include "scop/terminal.hpp"

namespace scop::command {

// Exit statuses, in --help too.
inline constexpr int good = 0;
inline constexpr int declined = 1;     // it was understood and did not go well, or problems were found
inline constexpr int wrong_usage = 2;  // the command line or the configuration
inline constexpr int unreachable = 3;  // a daemon did not answer

struct Context {
  std::filesystem::path config;
  bool json = false;
  Terminal terminal;
  std::function<int()> chosen;  // set by the command that was named
};

}  // namespace scop::command
