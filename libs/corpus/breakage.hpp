// Messages broken in one named way, with what a lenient reader recovers and how it names the fault.
#pragma once

#include <span>
#include <string_view>

#include "corpus/tree.hpp"

namespace scop::corpus {

struct Broken {
  Node node;
  std::string octets;  // where the fault is in how it is written out; empty: write_out(node)
};
struct Breakage {
  std::string_view name;
  Broken (*make)(Random& random, const Manner& manner);
};
std::span<const Breakage> breakages();

}  // namespace scop::corpus
