#include <algorithm>

#include "config/quantity.hpp"
#include "config/state.hpp"
#include "core/ascii.hpp"

namespace scop::config {

namespace {

const Node* node_of(const void* table) { return static_cast<const Node*>(table); }

std::string shown(const Node& node) {
  constexpr std::size_t most = 60;
  struct Show {
    std::string operator()(const std::string& text) const {
      return "\"" + ascii::printable(text, most) + "\"";
    }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(const Node::Array&) const { return "a list"; }
    std::string operator()(const Node::Table&) const { return "a section"; }
    std::string operator()(Node::Other) const { return "a date, a time or a fraction"; }
  };
  return std::visit(Show{}, node.value);
}

std::string quoted(const std::vector<std::string_view>& words) {
  std::string out;
  for (const auto word : words) out += (out.empty() ? "\"" : ", \"") + std::string(word) + "\"";
  return out;
}

}  // namespace

// One key's node, its fault noted under the section's name.
struct Section::Asked {
  const Document::State& state;
  const std::string& section;
  std::string_view key;
  const Node* node;

  void expected(std::string_view form) const {
    state.note(node->line, section, key, "expected " + std::string(form) + ", found " + shown(*node));
  }
};

Section::Section(const Document::State* state, std::string name, const void* table)
    : state_(state), name_(std::move(name)), table_(table) {}

Section::Asked Section::ask(std::string_view key) const {
  state_->asked[name_].emplace(key);
  const Node* found = nullptr;
  if (table_ != nullptr) {
    const auto& table = *node_of(table_)->table();
    if (const auto at = table.find(key); at != table.end()) found = &at->second;
  }
  return {*state_, name_, key, found};
}

bool Section::has(std::string_view key) const { return ask(key).node != nullptr; }

std::string Section::text(std::string_view key, std::string_view otherwise) const {
  const auto asked = ask(key);
  if (asked.node == nullptr) return std::string(otherwise);
  if (const auto* value = std::get_if<std::string>(&asked.node->value)) return *value;
  asked.expected("a text in quotes");
  return std::string(otherwise);
}

std::string Section::required_text(std::string_view key) const {
  const auto asked = ask(key);
  auto value = text(key);
  if (asked.node == nullptr) {
    problem(key, table_ == nullptr ? "missing, with its whole section; expected a text in quotes"
                                   : "missing; expected a text in quotes");
  } else if (value.empty() && std::holds_alternative<std::string>(asked.node->value)) {
    problem(key, "expected a text, found an empty one");
  }
  return value;
}

std::vector<std::string> Section::texts(std::string_view key, std::vector<std::string> otherwise) const {
  const auto asked = ask(key);
  if (asked.node == nullptr) return otherwise;
  std::vector<std::string> values;
  if (const auto* one = std::get_if<std::string>(&asked.node->value)) {
    values.push_back(*one);
    return values;
  }
  const auto* array = asked.node->array();
  if (array == nullptr) {
    asked.expected("a list of texts such as [\"one\", \"two\"]");
    return otherwise;
  }
  for (const auto& entry : *array) {
    if (const auto* value = std::get_if<std::string>(&entry.value)) {
      values.push_back(*value);
    } else {
      state_->note(entry.line, name_, key, "expected a list of texts, found " + shown(entry) + " in it");
    }
  }
  return values;
}

std::string Section::choice(std::string_view key, std::string_view otherwise,
                            const std::vector<std::string_view>& allowed) const {
  const auto asked = ask(key);
  if (asked.node == nullptr) return std::string(otherwise);
  const auto* value = std::get_if<std::string>(&asked.node->value);
  if (value != nullptr && std::ranges::find(allowed, *value) != allowed.end()) return *value;
  asked.expected("one of " + quoted(allowed));
  return std::string(otherwise);
}

std::int64_t Section::integer(std::string_view key, std::int64_t otherwise, std::int64_t least,
                              std::int64_t most) const {
  const auto asked = ask(key);
  if (asked.node == nullptr) return otherwise;
  const auto* value = std::get_if<std::int64_t>(&asked.node->value);
  if (value != nullptr && *value >= least && *value <= most) return *value;
  asked.expected("a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return otherwise;
}

bool Section::boolean(std::string_view key, bool otherwise) const {
  const auto asked = ask(key);
  if (asked.node == nullptr) return otherwise;
  if (const auto* value = std::get_if<bool>(&asked.node->value)) return *value;
  asked.expected("true or false");
  return otherwise;
}

std::chrono::milliseconds Section::duration(std::string_view key, std::chrono::milliseconds otherwise) const {
  const auto asked = ask(key);
  if (asked.node == nullptr) return otherwise;
  if (const auto* value = std::get_if<std::string>(&asked.node->value)) {
    if (const auto parsed = parse_duration(*value)) return *parsed;
  }
  asked.expected("a time such as \"90s\", \"5m\", \"1h30m\" or \"7d\"");
  return otherwise;
}

std::uint64_t Section::octets(std::string_view key, std::uint64_t otherwise) const {
  const auto asked = ask(key);
  if (asked.node == nullptr) return otherwise;
  if (const auto* value = std::get_if<std::string>(&asked.node->value)) {
    if (const auto parsed = parse_octets(*value)) return *parsed;
  }
  if (const auto* value = std::get_if<std::int64_t>(&asked.node->value); value != nullptr && *value >= 0) {
    return static_cast<std::uint64_t>(*value);
  }
  asked.expected("a size such as \"25MB\" or \"512KB\"");
  return otherwise;
}

std::filesystem::path Section::path(std::string_view key, std::string_view otherwise) const {
  const auto value = text(key, otherwise);
  if (value.empty()) return {};
  if (value.contains('\0')) {
    problem(key, "expected a path, found a NUL in it");
    return {};
  }
  return (state_->folder / value).lexically_normal();
}

void Section::problem(std::string_view key, std::string_view what) const {
  const auto asked = ask(key);
  unsigned line = table_ != nullptr ? node_of(table_)->line : 1;
  if (asked.node != nullptr) line = asked.node->line;
  state_->note(line, name_, key, what);
}

}  // namespace scop::config
