#include "scop/json.hpp"

#include <cstdio>

#include "core/ascii.hpp"

namespace scop::command {

void print_json(const json::value& value) {
  const auto text = json::serialize(value) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

json::string json_text(std::string_view text) {
  if (ascii::is_utf8(text)) return json::string(text.data(), text.size());
  const auto escaped = ascii::printable(text, text.size());
  return json::string(escaped.data(), escaped.size());
}

}  // namespace scop::command
