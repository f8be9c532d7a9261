#include "backup/path.hpp"

#include <algorithm>

#include "backup/limits.hpp"
#include "core/ascii.hpp"

namespace scop::backup {

namespace {

bool is_component(std::string_view name) {
  return !name.empty() && name.size() <= limits::component && name != "." && name != ".." &&
         std::ranges::none_of(name, [](char c) { return ascii::is_control(c) || c == '\\'; });
}

}  // namespace

Outcome<> check_path(std::string_view path) {
  const auto wrong = [&] {
    return failure(ErrorKind::malformed,
                   "it names the path \"" + ascii::printable(path) + "\", which no instance has");
  };
  if (path.size() > limits::path || !ascii::is_utf8(path)) return wrong();
  for (std::size_t depth = 1;; ++depth) {
    const auto slash = path.find('/');
    if (!is_component(path.substr(0, slash)) || depth > limits::depth) return wrong();
    if (slash == std::string_view::npos) return {};
    path.remove_prefix(slash + 1);
  }
}

}  // namespace scop::backup
