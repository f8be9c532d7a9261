// A TOML file as a plain tree, each node with the line it stands on.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/error.hpp"

namespace scop::config {

struct Node {
  using Array = std::vector<Node>;
  using Table = std::map<std::string, Node, std::less<>>;
  struct Other {};  // a date, a time, a fraction: nothing of ours takes one

  unsigned line = 1;
  std::variant<Other, std::string, std::int64_t, bool, Array, Table> value;

  const Table* table() const { return std::get_if<Table>(&value); }
  const Array* array() const { return std::get_if<Array>(&value); }
};

// The root table. A syntax error is "file:line: what".
Outcome<Node> parse_toml(std::string_view text, std::string_view file_name);

}  // namespace scop::config
