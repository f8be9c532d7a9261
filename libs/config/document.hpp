// The one TOML file, read once; every daemon reads its own slice. Every problem is collected with file and
// line: "scop.toml:12: [submission] max_size: expected a size such as \"25MB\", found \"lots\"". Keys that
// nobody asked for are problems too, once the section's reader has finished.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace scop::config {

class Section;

class Document {
 public:
  static Outcome<Document> load(const std::filesystem::path& file);
  static Outcome<Document> parse(std::string_view text, std::string file_name);
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  // "submission" or "courier.route"; a section that is absent reads as one whose keys are all absent.
  Section section(std::string_view name) const;
  // The tables below a section, by their keys: [[courier.route]] entries have the keys "0", "1" …
  std::vector<std::pair<std::string, Section>> subsections(std::string_view name) const;

  // Where relative paths in the file start: the file's folder.
  const std::filesystem::path& folder() const;
  // The file itself, to be read again.
  std::filesystem::path file() const;

  // All that was wrong with what has been read so far, in file order; empty when all is well.
  std::vector<std::string> problems() const;
  // The same and keys or sections under `names` that nobody has asked for, each with the nearest known name;
  // also unread sections beside them whose names look like a slip ("[submision]"). The name "" stands for the
  // whole file.
  std::vector<std::string> problems_and_unknown_keys(const std::vector<std::string>& names) const;

 public:
  struct State;  // config/state.hpp, for this library's own files

 private:
  friend class Section;
  explicit Document(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Getters return the default and note a problem where the value does not fit.
class Section {
 public:
  bool has(std::string_view key) const;
  std::string text(std::string_view key, std::string_view otherwise = {}) const;
  std::string required_text(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key, std::vector<std::string> otherwise = {}) const;
  std::string choice(std::string_view key, std::string_view otherwise,
                     const std::vector<std::string_view>& allowed) const;
  std::int64_t integer(std::string_view key, std::int64_t otherwise, std::int64_t least,
                       std::int64_t most) const;
  bool boolean(std::string_view key, bool otherwise) const;
  std::chrono::milliseconds duration(std::string_view key,
                                     std::chrono::milliseconds otherwise) const;            // "90s" "5m"
  std::uint64_t octets(std::string_view key, std::uint64_t otherwise) const;                // "25MB"
  std::filesystem::path path(std::string_view key, std::string_view otherwise = {}) const;  // made absolute
  // The reader's own finding about a key: "must be below max_recipients".
  void problem(std::string_view key, std::string_view what) const;

 private:
  friend class Document;
  struct Asked;
  Section(const Document::State* state, std::string name, const void* table);
  Asked ask(std::string_view key) const;
  const Document::State* state_;
  std::string name_;
  const void* table_;  // config::Node, or null where absent
};

}  // namespace scop::config
