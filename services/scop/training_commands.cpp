#include "scop/training_commands.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "scop/command.hpp"

namespace scop::command {

namespace {

int train(const Context& context, const TrainOptions& options) {
  if (options.ham.empty() && options.spam.empty()) {
    context.terminal.problem("nothing to learn from: name files or folders with --ham and --spam");
    return wrong_usage;
  }
  return options.database.empty() ? train_mesh(context, options) : train_database(context, options);
}

int classify(const Context& context, const ClassifyOptions& options) {
  if (options.thresholds.ham > options.thresholds.spam) {
    context.terminal.problem("--threshold-ham must not be over --threshold-spam");
    return wrong_usage;
  }
  if (!options.database.empty()) return classify_by_database(context, options);
  auto of_mesh = options;
  of_mesh.database = tokens_of_mesh(context);
  return of_mesh.database.empty() ? wrong_usage : classify_by_database(context, of_mesh);
}

void declare_train(CLI::App& app, Context& context) {
  const auto options = std::make_shared<TrainOptions>();
  auto* command =
      app.add_subcommand("train", "teach the spam filter by examples: files, mboxes, Maildirs, folders");
  command->add_option("--ham", options->ham, "wanted mail")->type_name("PATH");
  command->add_option("--spam", options->spam, "unwanted mail")->type_name("PATH");
  command->add_option("--db", options->database, "the database of tokens; made where it is missing")
      ->type_name("FILE");
  command->add_option("--user", options->user,
                      "teach the own table of this address or domain, not the shared one");
  command->add_flag("--unlearn", options->unlearn, "take back what these messages taught");
  command->add_option("--passes", options->passes, "how often the examples are gone through")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return train(context, *options); }; });
}

void declare_classify(CLI::App& app, Context& context) {
  const auto options = std::make_shared<ClassifyOptions>();
  auto* command = app.add_subcommand("classify", "tell ham from spam: label, score 0 to 1, reasons");
  command->add_option("FILE", options->places, "files, mboxes, Maildirs, folders; - is standard input")
      ->required();
  command->add_option("--db", options->database, "the database of tokens")->type_name("FILE");
  command->add_option("--user", options->user, "as this address or domain sees it");
  command->add_option("--threshold-ham", options->thresholds.ham, "ham up to this score")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--threshold-spam", options->thresholds.spam, "spam from this score on")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return classify(context, *options); }; });
}

}  // namespace

void declare_training(CLI::App& app, Context& context) {
  declare_train(app, context);
  declare_classify(app, context);
}

}  // namespace scop::command
