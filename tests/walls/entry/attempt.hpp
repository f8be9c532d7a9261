// What a broken daemon may try, by name. Every attempt is made for real, bounded so that one that succeeds
// does no harm, and tells how it ended: "done …", the name of an errno, or "SIGSYS openat" where seccomp
// refused a call.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace scop::attack {

using Words = std::span<const std::string>;
using Try = std::function<std::string(Words)>;

struct Attempt {
  std::string_view name;
  std::size_t words;  // it takes
  std::string (*run)(Words);
};

std::span<const Attempt> on_files();
std::span<const Attempt> on_processes();
std::span<const Attempt> on_sockets();
std::span<const Attempt> on_the_system();
std::span<const Attempt> on_limits();

// "done" or the errno's name; what came of a system call.
std::string told(long returned);
std::string told_error(int number);

// One line "name word…": runs it between landings.
std::string perform(const std::vector<std::string>& words);

}  // namespace scop::attack
