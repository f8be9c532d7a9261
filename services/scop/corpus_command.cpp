// scop corpus: generated messages for others' parsers, the proof over ours, and scores.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <atomic>
#include <boost/json/parse.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <mutex>
#include <set>
#include <thread>

#include "core/ascii.hpp"
#include "corpus/generate.hpp"
#include "scop/command.hpp"
#include "scop/corpus_json.hpp"
#include "scop/corpus_proof.hpp"
#include "scop/message_file.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t block = 1'000;  // messages proved between two looks at the clock
constexpr std::size_t most_said = 64U << 20U;

struct Options {
  std::uint64_t count = 1'000;
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  fs::path folder;
  fs::path mbox;
  bool stream = false;
  unsigned jobs = 0;
  fs::path state;
  std::string parser;
};

// --- generate

std::string line_of(std::uint64_t number, const corpus::Generated& message, const std::string& file) {
  json::object line{{"number", number}, {"grade", json_text(corpus::name_of(message.grade))}};
  line["breakage"] = message.breakage.empty() ? json::value(nullptr) : json_text(message.breakage);
  if (!file.empty()) line["file"] = json_text(file);
  line["size"] = message.octets.size();
  line["sha256"] = json_text(sha256_hex(message.octets));
  return json::serialize(line);
}

// mbox's "mboxrd": a From line before, ">" before every line that looks like one; LF line ends.
void write_mbox(std::ostream& out, std::string octets) {
  std::erase(octets, '\r');
  out << "From corpus@example.org Thu Jan  1 00:00:00 1970\n";
  for (std::size_t at = 0; at < octets.size();) {
    auto end = octets.find('\n', at);
    end = end == std::string::npos ? octets.size() : end + 1;
    const auto line = std::string_view(octets).substr(at, end - at);
    const auto arrows = line.find_first_not_of('>');
    if (arrows != std::string_view::npos && line.substr(arrows).starts_with("From ")) out << '>';
    out << line;
    at = end;
  }
  out << (octets.ends_with('\n') ? "\n" : "\n\n");
}

Outcome<> write_file(const fs::path& file, std::string_view octets) {
  std::ofstream out(file, std::ios::binary);
  out.write(octets.data(), static_cast<std::streamsize>(octets.size()));
  if (!out.flush()) return failure(ErrorKind::unavailable, "cannot write " + file.string());
  return {};
}

// NUMBER.eml and NUMBER.json for each message, MANIFEST.jsonl, SHA256SUMS.
Outcome<> generate_into(const Options& options) {
  std::error_code error;
  fs::create_directories(options.folder, error);
  if (error)
    return failure(ErrorKind::unavailable, fmt::format("{}: {}", options.folder.string(), error.message()));
  std::string manifest;
  std::string sums;
  for (auto number = options.first; number < options.first + options.count; ++number) {
    const auto message = corpus::generate(options.seed, number);
    const auto name = fmt::format("{:07}", number);
    if (auto done = write_file(options.folder / (name + ".eml"), message.octets); !done) return done;
    if (auto done =
            write_file(options.folder / (name + ".json"), json::serialize(to_json(message.expected)) + "\n");
        !done)
      return done;
    manifest += line_of(number, message, name + ".eml") + "\n";
    sums += fmt::format("{}  {}.eml\n", sha256_hex(message.octets), name);
  }
  if (auto done = write_file(options.folder / "MANIFEST.jsonl", manifest); !done) return done;
  return write_file(options.folder / "SHA256SUMS", sums);
}

int generate(const Context& context, const Options& options) {
  if (!options.folder.empty()) {
    const auto done = generate_into(options);
    if (!done) context.terminal.problem(done.error().what);
    return done ? good : declined;
  }
  std::ofstream file;
  if (!options.mbox.empty()) {
    file.open(options.mbox, std::ios::binary);
    if (!file) {
      context.terminal.problem("cannot write " + options.mbox.string());
      return declined;
    }
  }
  auto& out = options.mbox.empty() ? std::cout : file;
  for (auto number = options.first; out && number < options.first + options.count; ++number) {
    auto message = corpus::generate(options.seed, number);
    if (!options.mbox.empty()) {
      write_mbox(out, std::move(message.octets));
    } else {
      out << line_of(number, message, "") << '\n'
          << message.octets << '\n'
          << json::serialize(to_json(message.expected)) << '\n';
    }
  }
  return out.flush() ? good : declined;
}

// --- prove

// Which blocks are done, one line each, so that a proof that was interrupted goes on.
class State {
 public:
  State(const Options& options) : file_(options.state), key_(fmt::format("{} ", options.seed)) {
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) {
      const auto number = line.starts_with(key_)
                              ? ascii::parse_unsigned(std::string_view(line).substr(key_.size()))
                              : std::nullopt;
      if (number) done_.insert(*number);
    }
  }
  bool is_done(std::uint64_t first) const { return done_.contains(first); }
  void note(std::uint64_t first) {
    if (!file_.empty()) std::ofstream(file_, std::ios::app) << key_ << first << '\n';
  }

 private:
  fs::path file_;
  std::string key_;
  std::set<std::uint64_t> done_;
};

class Proof {
 public:
  Proof(const Context& context, const Options& options)
      : context_(context), options_(options), state_(options), next_(options.first) {}

  Tally run() {
    const auto jobs = options_.jobs == 0 ? std::max(1U, std::thread::hardware_concurrency()) : options_.jobs;
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < jobs; ++i) threads.emplace_back([this] { work(); });
    threads.clear();
    if (context_.terminal.is_terminal()) std::cerr << '\n';
    return std::move(sum_);
  }

 private:
  void work() {
    const auto end = options_.first + options_.count;
    for (auto first = next_.fetch_add(block); first < end; first = next_.fetch_add(block)) {
      const auto count = std::min(block, end - first);
      const bool whole = count == block;
      const bool skipped = whole && state_.is_done(first);
      const auto tally = skipped ? Tally{} : prove(options_.seed, first, count);
      const std::lock_guard lock(mutex_);
      add(sum_, tally);
      seen_ += count;
      if (whole && !skipped && tally.wrong == 0) state_.note(first);
      show();
    }
  }
  void show() const {
    if (!context_.terminal.is_terminal()) return;
    constexpr std::size_t width = 40;
    const auto full = static_cast<std::size_t>(seen_ * width / options_.count);
    std::cerr << fmt::format("\r[{:#<{}}{:.<{}}] {} of {}, {} wrong ", "", full, "", width - full, seen_,
                             options_.count, sum_.wrong);
  }

  const Context& context_;
  const Options& options_;
  State state_;
  std::atomic<std::uint64_t> next_;
  std::mutex mutex_;
  std::uint64_t seen_ = 0;
  Tally sum_;
};

int prove_all(const Context& context, const Options& options) {
  const auto began = std::chrono::steady_clock::now();
  const auto tally = Proof(context, options).run();
  const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (context.json) {
    print_json(json::object{{"seed", options.seed},
                            {"messages", tally.messages},
                            {"octets", tally.octets},
                            {"strict", tally.strict},
                            {"obsolete", tally.obsolete},
                            {"broken", tally.broken},
                            {"wrong", tally.wrong},
                            {"seconds", seconds},
                            {"examples", json_texts(tally.examples)}});
  } else {
    context.terminal.table({"GRADE", "MESSAGES"}, {{"strict", std::to_string(tally.strict)},
                                                   {"obsolete", std::to_string(tally.obsolete)},
                                                   {"broken", std::to_string(tally.broken)},
                                                   {"wrong", std::to_string(tally.wrong)}});
    context.terminal.line(fmt::format("{} messages, {:.1f} MB, {:.0f} s, {:.0f} messages/s", tally.messages,
                                      static_cast<double>(tally.octets) / 1e6, seconds,
                                      static_cast<double>(tally.messages) / seconds));
    for (const auto& example : tally.examples) context.terminal.line(shown(example));
  }
  return tally.wrong == 0 ? good : declined;
}

// --- score

struct Closed {
  void operator()(FILE* pipe) const { pclose(pipe); }
};

// The parser is the administrator's own command; the folder may be somebody else's.
std::string said_by(const std::string& parser, const fs::path& file) {
  std::string quoted;
  for (const char c : file.string()) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  const auto command = fmt::format("{} '{}' 2>/dev/null", parser, quoted);
  const std::unique_ptr<FILE, Closed> pipe(popen(command.c_str(), "r"));
  std::string said;
  if (!pipe) return said;
  std::array<char, 65536> buffer{};
  for (std::size_t got = 0;
       (got = fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0 && said.size() < most_said;)
    said.append(buffer.data(), got);
  return said;
}

std::optional<json::object> object_in(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 500;
  auto value = json::parse(text, error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

int score_all(const Context& context, const Options& options) {
  std::ifstream manifest(options.folder / "MANIFEST.jsonl");
  if (!manifest) {
    context.terminal.problem(fmt::format("no MANIFEST.jsonl in {}: make it with scop corpus generate --out",
                                         options.folder.string()));
    return wrong_usage;
  }
  std::map<std::string, std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>> grades;  // right, of
  for (std::string line; std::getline(manifest, line);) {
    const auto entry = object_in(line);
    const auto* file = entry ? entry->if_contains("file") : nullptr;
    const auto* grade = entry ? entry->if_contains("grade") : nullptr;
    if (file == nullptr || grade == nullptr || !file->is_string() || !grade->is_string()) continue;
    const auto path = options.folder / fs::path(std::string_view(file->get_string())).filename();
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

void add_numbers(CLI::App& command, Options& options) {
  command.add_option("--count", options.count, "messages (1,000)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40U));
  command.add_option("--seed", options.seed, "the same seed gives the same messages (1)");
  command.add_option("--first", options.first, "number of the first message (0)");
}

}  // namespace

void declare_corpus(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  const auto choose = [&context, options](CLI::App* command, int (*run)(const Context&, const Options&)) {
    command->callback([&context, options, run] {
      context.chosen = [&context, options, run] { return run(context, *options); };
    });
  };
  auto* corpus = app.add_subcommand("corpus", "generated messages and what a parser must find in them")
                     ->require_subcommand(1);
  auto* generation = corpus->add_subcommand("generate", "write messages, each with its expected structure");
  add_numbers(*generation, *options);
  auto* where = generation->add_option_group("where")->require_option(1);
  where->add_option("--out", options->folder,
                    "a folder: NUMBER.eml, NUMBER.json, MANIFEST.jsonl, SHA256SUMS");
  where->add_option("--mbox", options->mbox, "an mbox file, without the structures");
  where->add_flag("--stream", options->stream,
                  "to standard output: a line of JSON with the size, the octets, the structure as a line");
  choose(generation, generate);
  auto* proof = corpus->add_subcommand(
      "prove", "read and write generated messages with our own parser; 1 where one differs");
  add_numbers(*proof, *options);
  proof->add_option("--jobs", options->jobs, "threads (all cores)")->check(CLI::Range(1, 256));
  proof->add_option("--state", options->state, "remembers what is done: the next run goes on there");
  choose(proof, prove_all);
  auto* scoring =
      corpus->add_subcommand("score", "what another parser gets right of a folder made by generate");
  scoring->add_option("DIR", options->folder)->required()->check(CLI::ExistingDirectory);
  scoring
      ->add_option("--command", options->parser,
                   "called with each file; prints JSON in the shape of scop mime --json")
      ->required();
  choose(scoring, score_all);
}

}  // namespace scop::command
