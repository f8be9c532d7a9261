#include "mailbox/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <span>

#include "mailbox/checkpassword.hpp"
#include "mailbox/learn.hpp"

namespace scop::mailbox {

namespace {

constexpr int wrong_usage = 2;

std::filesystem::path default_config() {
  const char* named = std::getenv("SCOP_CONFIG");
  return named != nullptr && *named != '\0' ? named : "/etc/scop/scop.toml";
}

// "scop-learn spam ann@example.org", as Dovecot's Sieve calls it where no shell is there to say the rest.
std::vector<std::string> arguments_of(int argc, char** argv) {
  const std::span words(argv, static_cast<std::size_t>(argc));
  std::vector<std::string> arguments(words.begin() + 1, words.end());
  if (std::filesystem::path(words.front()).filename() == "scop-learn" && arguments.size() == 2)
    arguments = {"learn", "--" + arguments[0], "--user", arguments[1]};
  std::ranges::reverse(arguments);  // CLI11 takes them from the end
  return arguments;
}

}  // namespace

int run(int argc, char** argv) {
  auto config = default_config();
  std::vector<std::string> reply_program;
  Lesson lesson;
  CLI::App app("scop-mailbox: Dovecot's passwords, users and lessons, by the mesh.", "scop-mailbox");
  app.fallthrough();
  app.require_subcommand(1);
  app.add_option("--config", config, "the configuration file")->type_name("FILE")->capture_default_str();
  auto* check = app.add_subcommand("checkpassword",
                                   "the checkpassword protocol: login and password on descriptor 3, then the "
                                   "reply program is run");
  check->add_option("program", reply_program, "the reply program and its arguments; Dovecot adds them")
      ->required();
  check->prefix_command();
  auto* learn = app.add_subcommand("learn", "teach the spam filter the message on standard input");
  learn->add_option("--user", lesson.user, "whose model, user@domain")->required();
  auto* kind = learn->add_option_group("kind")->require_option(1);
  kind->add_flag("--spam", lesson.spam);
  kind->add_flag("--ham", lesson.ham);
  kind->add_flag("--forget", lesson.forget, "take back what was learnt of it");
  try {
    app.parse(arguments_of(argc, argv));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : wrong_usage;
  }
  return check->parsed() ? check_password(config, std::move(reply_program)) : teach(config, lesson);
}

}  // namespace scop::mailbox
