// What a Document keeps behind its Sections: the tree, what was asked for and what was wrong.
#pragma once

#include <map>
#include <set>
#include <string>

#include "config/document.hpp"
#include "config/tree.hpp"

namespace scop::config {

struct Problem {
  unsigned line = 1;
  std::string what;  // "[section] key: cause and what is expected"
  auto operator<=>(const Problem&) const = default;
};

struct Document::State {
  std::string file_name;
  std::filesystem::path folder;
  Node root;
  // Reading is const for the caller; these are notes about it.
  mutable std::set<Problem> problems;  // a section may be read twice, its faults are told once
  mutable std::map<std::string, std::set<std::string>> asked;  // section → keys

  void note(unsigned line, std::string_view section, std::string_view key, std::string_view what) const;
};

}  // namespace scop::config
