#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "attempt.hpp"
#include "landing.hpp"

namespace scop::attack {

std::string told_error(int number) {
  const char* name = ::strerrorname_np(number);
  return name == nullptr ? fmt::format("errno {}", number) : name;
}

std::string told(long returned) { return returned >= 0 ? "done" : told_error(errno); }

std::string perform(const std::vector<std::string>& words) {
  if (words.empty()) return "unknown attempt";
  for (const auto group : {on_files(), on_processes(), on_sockets(), on_the_system(), on_limits()}) {
    for (const auto& attempt : group) {
      if (attempt.name != words.front()) continue;
      if (words.size() - 1 < attempt.words) return "too few words";
      return between_landings([&] { return attempt.run(Words(words).subspan(1)); });
    }
  }
  return "unknown attempt";
}

}  // namespace scop::attack
