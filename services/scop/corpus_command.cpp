// scop corpus: generated messages for others' parsers, the proof over ours, and scores.
#include "scop/corpus_command.hpp"

#include <CLI/CLI.hpp>

#include "scop/command.hpp"
#include "scop/corpus_proof.hpp"

namespace scop::command {

namespace {

void add_numbers(CLI::App& command, CorpusOptions& options) {
  command.add_option("--count", options.count, "messages (1,000)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40U));
  command.add_option("--seed", options.seed, "the same seed gives the same messages (1)");
  command.add_option("--first", options.first, "number of the first message (0)");
}

void declare_prove(CLI::App& proof, CorpusOptions& options) {
  add_numbers(proof, options);
  proof.add_option("--jobs", options.jobs, "threads (all cores)")->check(CLI::Range(1, 256));
  proof.add_option("--state", options.state, "remembers what is done: the next run goes on there");
  proof.add_option("--plant", options.plant, "a fault of this kind in every hundredth message")
      ->check(CLI::IsMember(fault_names()))
      ->group("");  // for tests: not in --help
}

}  // namespace

void declare_corpus(CLI::App& app, Context& context) {
  const auto options = std::make_shared<CorpusOptions>();
  const auto choose = [&context, options](CLI::App* command,
                                          int (*run)(const Context&, const CorpusOptions&)) {
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
  choose(generation, generate_corpus);
  auto* proof = corpus->add_subcommand(
      "prove", "read and write generated messages with our own parser; 1 where one differs");
  declare_prove(*proof, *options);
  choose(proof, prove_corpus);
  auto* scoring =
      corpus->add_subcommand("score", "what another parser gets right of a folder made by generate");
  scoring->add_option("DIR", options->folder)->required()->check(CLI::ExistingDirectory);
  scoring
      ->add_option("--command", options->parser,
                   "called with each file; prints JSON in the shape of scop mime --json")
      ->required();
  choose(scoring, score_corpus);
}

}  // namespace scop::command
