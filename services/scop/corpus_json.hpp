// The expected structure of a generated message as JSON, in the shape of `scop mime --json`, and what another
// parser said in that shape held against it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "corpus/expected.hpp"
#include "scop/json.hpp"

namespace scop::command {

json::object to_json(const corpus::ExpectedNode& node);

// What a parser may get right of one message: "headers", "tree", "bodies", "file names", "defects".
struct Score {
  std::map<std::string, bool> aspects;
};
// Both in the shape above; keys that the parser leaves out are not right.
Score score(const json::object& expected, const json::object& said);

std::string sha256_hex(std::string_view octets);

}  // namespace scop::command
