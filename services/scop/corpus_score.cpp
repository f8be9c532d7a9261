// scop corpus score: what another parser gets right of a generated folder.
#include <fmt/format.h>

#include <array>
#include <boost/json/parse.hpp>
#include <cstdio>
#include <fstream>
#include <map>

#include "core/ascii.hpp"
#include "scop/corpus_command.hpp"
#include "scop/corpus_json.hpp"
#include "scop/message_file.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_said = 64U << 20U;

std::string in_quotes(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted += '\'';
}

// The parser is the administrator's own command; the folder may be somebody else's. Empty where it fails or
// takes longer than a minute: what it said until then is not believed.
std::string said_by(const std::string& parser, const fs::path& file) {
  const auto command = fmt::format("timeout 60 sh -c {} </dev/null 2>/dev/null",
                                   in_quotes(fmt::format("{} {}", parser, in_quotes(file.string()))));
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string said;
  std::array<char, 65536> buffer{};
  for (std::size_t got = 0;
       (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0 && said.size() < most_said;)
    said.append(buffer.data(), got);
  return pclose(pipe) == 0 ? said : std::string();
}

std::optional<json::object> object_in(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 500;
  auto value = json::parse(text, error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

}  // namespace

int score_corpus(const Context& context, const CorpusOptions& options) {
  std::ifstream manifest(options.folder / "MANIFEST.jsonl");
  if (!manifest) {
    context.terminal.problem(fmt::format("no MANIFEST.jsonl in {}: make it with scop corpus generate --out",
                                         options.folder.string()));
    return wrong_usage;
  }
  const auto folder = fs::absolute(options.folder);  // no parser takes it for an option
  std::map<std::string, std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>> grades;  // right, of
  for (std::string line; std::getline(manifest, line);) {
    const auto entry = object_in(line);
    const auto* file = entry ? entry->if_contains("file") : nullptr;
    const auto* grade = entry ? entry->if_contains("grade") : nullptr;
    if (file == nullptr || grade == nullptr || !file->is_string() || !grade->is_string()) continue;
    const auto path = folder / fs::path(std::string_view(file->get_string())).filename();
    if (path.extension() != ".eml" || !ascii::parse_unsigned(path.stem().string())) continue;
    const auto meant = read_input(fs::path(path).replace_extension(".json").string());
    const auto expected = meant ? object_in(*meant) : std::nullopt;
    if (!expected) continue;
    const auto said = object_in(said_by(options.parser, path)).value_or(json::object());
    auto& aspects = grades[std::string(std::string_view(grade->get_string()))];
    for (const auto& [aspect, right] : score(*expected, said).aspects) {
      auto& [rights, all] = aspects[aspect];
      rights += right ? 1 : 0;
      ++all;
    }
  }
  std::vector<std::vector<std::string>> rows;
  json::object result;
  for (const auto& [grade, aspects] : grades) {
    json::object of_grade;
    for (const auto& [aspect, counts] : aspects) {
      rows.push_back({grade, aspect, std::to_string(counts.first), std::to_string(counts.second)});
      of_grade[aspect] = json::array{counts.first, counts.second};
    }
    result[grade] = std::move(of_grade);
  }
  if (context.json) {
    print_json(result);
  } else {
    context.terminal.table({"GRADE", "ASPECT", "RIGHT", "OF"}, rows);
  }
  return good;
}

}  // namespace scop::command
