#include "scop/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <span>

#include "scop/acme_files.hpp"
#include "scop/backup_command.hpp"
#include "scop/doctor_command.hpp"
#include "scop/monitor.hpp"
#include "scop/reload_command.hpp"
#include "scop/systemd_command.hpp"
#include "scop/walls_command.hpp"

namespace scop::command {

namespace {

std::filesystem::path default_config() {
  if (const char* named = std::getenv("SCOP_CONFIG"); named != nullptr && *named != '\0') return named;
  std::error_code error;
  if (std::filesystem::exists("scop.toml", error)) return "scop.toml";
  return "/etc/scop/scop.toml";
}

constexpr const char* footer =
    "Exit status: 0 done, 1 it did not go well or problems were found, 2 the command line or the "
    "configuration is\n"
    "wrong, 3 a daemon did not answer. $SCOP_CONFIG names another default for --config.\n"
    "Begin with: scop init --domain example.org --folder /srv/scop";

// uacme calls its hook by a file name alone: that name stands for the words "acme hook".
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words;
  for (const std::string_view word : std::span(argv, static_cast<std::size_t>(argc)).subspan(1))
    words.emplace_back(word);
  if (std::filesystem::path(argv[0]).filename() == acme::hook_name)
    words.insert(words.begin(), {"acme", "hook"});
  std::ranges::reverse(words);  // as CLI11 wants them
  return words;
}

}  // namespace

int run(int argc, char** argv) {
  Context context;
  context.config = default_config();
  std::filesystem::path folder;
  CLI::App app("scop: mail for a domain of your own, as a mesh of small daemons.", "scop");
  app.fallthrough();
  app.require_subcommand(1);
  app.add_option("--config", context.config, "the configuration file")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_option("--folder", folder, "the folder that holds scop.toml, instead of --config")
      ->type_name("DIR");
  app.add_flag("--json", context.json, "answer in JSON on standard output");
  app.set_version_flag("--version", "scop " SCOP_VERSION);
  app.footer(footer);
  declare_init(app, context);
  declare_up(app, context);
  declare_accounts(app, context);
  declare_queue(app, context);
  declare_filter(app, context);
  declare_trace(app, context);
  declare_tls(app, context);
  declare_training(app, context);
  declare_dns(app, context);
  declare_keys(app, context);
  declare_certs(app, context);
  declare_acme(app, context);
  declare_check(app, context);
  declare_backup(app, context);
  declare_reports(app, context);
  declare_corpus(app, context);
  declare_mime(app, context);
  declare_verify(app, context);
  declare_sign(app, context);
  declare_health(app, context);
  declare_monitor(app, context);
  declare_reload(app, context);
  declare_walls(app, context);
  declare_doctor(app, context);
  declare_risk(app, context);
  declare_dovecot(app, context);
  declare_topology(app, context);
  declare_resolver(app, context);
  declare_systemd(app, context);
  try {
    app.parse(words_of(argc, argv));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? good : wrong_usage;
  }
  if (!folder.empty()) context.config = folder / "scop.toml";
  return context.chosen ? context.chosen() : wrong_usage;
}

}  // namespace scop::command
