// scop corpus generate: into a folder, an mbox file or a stream.
#include <fmt/format.h>

#include <fstream>
#include <iostream>

#include "core/error.hpp"
#include "corpus/generate.hpp"
#include "scop/corpus_command.hpp"
#include "scop/corpus_json.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;

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
Outcome<> generate_into(const CorpusOptions& options) {
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

}  // namespace

int generate_corpus(const Context& context, const CorpusOptions& options) {
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

}  // namespace scop::command
