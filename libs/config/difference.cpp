#include "config/difference.hpp"

#include <set>

#include "config/tree.hpp"

namespace scop::config {

namespace {

bool same(const Node& a, const Node& b);

bool same(const Node::Table& a, const Node::Table& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [key, node] : a) {
    const auto found = b.find(key);
    if (found == b.end() || !same(node, found->second)) return false;
  }
  return true;
}

// Wherever the two stand in their files.
bool same(const Node& a, const Node& b) {
  if (a.value.index() != b.value.index()) return false;
  if (const auto* table = a.table()) return same(*table, *b.table());
  if (const auto* array = a.array()) {
    const auto& other = *b.array();
    if (array->size() != other.size()) return false;
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (!same((*array)[i], other[i])) return false;
    }
    return true;
  }
  if (const auto* text = std::get_if<std::string>(&a.value)) return *text == std::get<std::string>(b.value);
  if (const auto* number = std::get_if<std::int64_t>(&a.value))
    return *number == std::get<std::int64_t>(b.value);
  if (const auto* truth = std::get_if<bool>(&a.value)) return *truth == std::get<bool>(b.value);
  return true;
}

const Node::Table& table_of(const Node::Table& root, const std::string& section) {
  static const Node::Table none;
  const auto found = root.find(section);
  return found == root.end() || found->second.table() == nullptr ? none : *found->second.table();
}

void compare(const std::string& section, const Node::Table& a, const Node::Table& b,
             std::set<Difference>& found) {
  for (const auto& [key, node] : a) {
    const auto other = b.find(key);
    if (other == b.end() || !same(node, other->second)) found.insert({section, key});
  }
  for (const auto& [key, node] : b) {
    if (!a.contains(key)) found.insert({section, key});
  }
}

}  // namespace

Outcome<std::vector<Difference>> differences(std::string_view before, std::string_view after) {
  const auto old = parse_toml(before, "before");
  if (!old) return std::unexpected(old.error());
  const auto fresh = parse_toml(after, "scop.toml");
  if (!fresh) return std::unexpected(fresh.error());
  std::set<std::string> sections;
  for (const auto* root : {&*old, &*fresh}) {
    for (const auto& [name, node] : *root->table()) sections.insert(name);
  }
  std::set<Difference> found;
  for (const auto& section : sections)
    compare(section, table_of(*old->table(), section), table_of(*fresh->table(), section), found);
  return std::vector(found.begin(), found.end());
}

}  // namespace scop::config
