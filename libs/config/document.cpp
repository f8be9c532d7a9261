#include "config/document.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "config/nearest.hpp"
#include "config/state.hpp"
#include "core/ascii.hpp"

namespace scop::config {

namespace {

constexpr std::size_t most_octets = 1U << 20U;

std::string child_name(std::string_view parent, std::string_view key) {
  return parent.empty() ? std::string(key) : std::string(parent) + "." + std::string(key);
}

std::string key_title(std::string_view section, std::string_view key) {
  return section.empty() ? std::string(key) : "[" + std::string(section) + "] " + std::string(key);
}

const Node* child(const Node& node, std::string_view key) {
  if (const auto* table = node.table()) {
    const auto found = table->find(key);
    return found == table->end() ? nullptr : &found->second;
  }
  if (const auto* array = node.array()) {
    const auto index = ascii::parse_unsigned(key);
    if (index && *index < array->size()) return &(*array)[static_cast<std::size_t>(*index)];
  }
  return nullptr;
}

const Node* find(const Node& root, std::string_view name) {
  const Node* at = &root;
  if (name.empty()) return at;
  for (const auto part : ascii::split(name, '.')) {
    at = child(*at, part);
    if (at == nullptr) return nullptr;
  }
  return at;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_array_of_tables(const Node& node) {
  const auto* array = node.array();
  return array != nullptr && !array->empty() &&
         std::ranges::all_of(*array, [](const Node& entry) { return entry.table() != nullptr; });
}

// Walks what the file holds beside what was asked for.
class UnknownKeys {
 public:
  UnknownKeys(const Document::State& state, std::set<Problem>& problems)
      : state_(state), problems_(problems) {}

  void below(std::string_view section, const Node& node) {
    const auto* table = node.table();
    if (table == nullptr) return;
    for (const auto& [key, value] : *table) {
      const auto name = child_name(section, key);
      if (value.table() != nullptr && was_opened(name)) {
        below(name, value);
      } else if (is_array_of_tables(value) && was_opened(name + ".0")) {
        for (std::size_t i = 0; i < value.array()->size(); ++i) {
          below(name + "." + std::to_string(i), (*value.array())[i]);
        }
      } else if (!was_asked(section, key)) {
        report(section, key, value);
      }
    }
  }

  // A section that nobody read and whose name is nearly one of `names`.
  void slips(const std::vector<std::string>& names) {
    for (const auto& [key, value] : *state_.root.table()) {
      if (value.table() == nullptr || was_opened(key) || has(names, key)) continue;
      const auto meant = std::ranges::find_if(names, [&](const std::string& name) {
        return key.size() <= name.size() + 2 && edit_distance(key, name) <= 2;
      });
      if (meant != names.end()) {
        problems_.insert(
            {value.line, "[" + ascii::printable(key) + "]: unknown section; did you mean [" + *meant + "]?"});
      }
    }
  }

 private:
  bool was_opened(const std::string& section) const { return state_.asked.contains(section); }

  bool was_asked(std::string_view section, const std::string& key) const {
    const auto found = state_.asked.find(std::string(section));
    return found != state_.asked.end() && found->second.contains(key);
  }

  // The names that could stand where an unknown one stands: keys asked for, and sections opened.
  std::vector<std::string> known_below(std::string_view section) const {
    std::vector<std::string> known;
    if (const auto found = state_.asked.find(std::string(section)); found != state_.asked.end()) {
      known.assign(found->second.begin(), found->second.end());
    }
    const std::string prefix = section.empty() ? "" : std::string(section) + ".";
    for (const auto& [name, keys] : state_.asked) {
      if (name.empty() || !name.starts_with(prefix)) continue;
      auto rest = name.substr(prefix.size());
      rest = rest.substr(0, rest.find('.'));
      if (!rest.empty() && !ascii::parse_unsigned(rest) && !has(known, rest)) known.push_back(rest);
    }
    return known;
  }

  void report(std::string_view section, const std::string& key, const Node& value) {
    const bool is_section = value.table() != nullptr || is_array_of_tables(value);
    const auto known = known_below(section);
    const auto meant = nearest(key, known);
    const auto shown = ascii::printable(key, 80);
    std::string what = is_section ? "[" + child_name(section, shown) + "]: unknown section"
                                  : key_title(section, shown) + ": unknown key";
    if (meant) {
      what += is_section ? "; did you mean [" + child_name(section, *meant) + "]?"
                         : "; did you mean \"" + *meant + "\"?";
    } else if (!is_section && !known.empty()) {
      what += "; known here:";
      for (const auto& name : known) what += (name == known.front() ? " " : ", ") + name;
    } else if (!is_section && section.empty()) {
      what += "; keys belong into a section such as [mesh]";
    }
    problems_.insert({value.line, std::move(what)});
  }

  const Document::State& state_;
  std::set<Problem>& problems_;
};

std::vector<std::string> written(const Document::State& state, const std::set<Problem>& problems) {
  std::vector<std::string> lines;
  for (const auto& problem : problems) {
    lines.push_back(state.file_name + ":" + std::to_string(problem.line) + ": " + problem.what);
  }
  return lines;
}

}  // namespace

void Document::State::note(unsigned line, std::string_view section, std::string_view key,
                           std::string_view what) const {
  problems.insert({line, key_title(section, key) + ": " + std::string(what)});
}

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Outcome<Document> Document::load(const std::filesystem::path& file) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(file, error);
  if (error || !std::filesystem::exists(file, error)) {
    return failure(ErrorKind::not_found,
                   file.string() + ": there is no such file; `scop init --domain DOMAIN` makes one");
  }
  if (!std::filesystem::is_regular_file(file, error)) {
    return failure(ErrorKind::unavailable, file.string() + ": not a file");
  }
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in)
    return failure(ErrorKind::unavailable,
                   file.string() + ": cannot be read by user " + std::to_string(::getuid()));
  auto document = parse(text, file.string());
  if (document) document->state_->folder = absolute.lexically_normal().parent_path();
  return document;
}

Outcome<Document> Document::parse(std::string_view text, std::string file_name) {
  if (text.size() > most_octets) return failure(ErrorKind::too_large, file_name + ":1: larger than 1 MB");
  auto root = parse_toml(text, file_name);
  if (!root) return std::unexpected(std::move(root.error()));
  auto state = std::make_unique<State>();
  state->folder = std::filesystem::path(file_name).parent_path();
  state->file_name = std::move(file_name);
  state->root = std::move(*root);
  return Document(std::move(state));
}

Section Document::section(std::string_view name) const {
  const Node* node = find(state_->root, name);
  if (node != nullptr && node->table() == nullptr) {
    state_->problems.insert({node->line, "[" + std::string(name) + "]: expected a section, found a value"});
    node = nullptr;
  }
  state_->asked.try_emplace(std::string(name));
  return {state_.get(), std::string(name), node};
}

std::vector<std::pair<std::string, Section>> Document::subsections(std::string_view name) const {
  std::vector<std::pair<std::string, Section>> found;
  const Node* node = find(state_->root, name);
  state_->asked.try_emplace(std::string(name));
  if (node == nullptr) return found;
  const auto add = [&](const std::string& key, const Node& entry) {
    auto full = child_name(name, key);
    state_->asked.try_emplace(full);
    found.emplace_back(key, Section(state_.get(), std::move(full), &entry));
  };
  if (const auto* table = node->table()) {
    for (const auto& [key, entry] : *table) {
      if (entry.table() != nullptr) add(key, entry);
    }
  } else if (is_array_of_tables(*node)) {
    for (std::size_t i = 0; i < node->array()->size(); ++i) add(std::to_string(i), (*node->array())[i]);
  } else if (node->array() == nullptr || !node->array()->empty()) {
    state_->problems.insert({node->line, "[" + std::string(name) + "]: expected sections [[" +
                                             std::string(name) + "]], found a value"});
  }
  return found;
}

const std::filesystem::path& Document::folder() const { return state_->folder; }

std::filesystem::path Document::file() const {
  return state_->folder / std::filesystem::path(state_->file_name).filename();
}

std::vector<std::string> Document::problems() const { return written(*state_, state_->problems); }

std::vector<std::string> Document::problems_and_unknown_keys(const std::vector<std::string>& names) const {
  auto problems = state_->problems;
  UnknownKeys unknown(*state_, problems);
  for (const auto& name : names) {
    // A section that nobody has read has no known keys yet: its reader comes later, or it is another
    // daemon's.
    if (!name.empty() && !state_->asked.contains(name)) continue;
    if (const auto* node = find(state_->root, name)) unknown.below(name, *node);
  }
  unknown.slips(names);
  return written(*state_, problems);
}

}  // namespace scop::config
