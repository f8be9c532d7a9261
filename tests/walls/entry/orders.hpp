// What the entry in a daemon and the one in its judge share.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "asio/task.hpp"

namespace scop::attack {

// Asks the judge to carry out one line; empty where the daemon has none.
std::function<Task<std::string>(std::string)>& judge();

std::vector<std::string> words_of(std::string_view line);

// A request to a judge that begins so is an attempt.
inline constexpr std::string_view attempt_mark = "scop-attack ";

}  // namespace scop::attack
