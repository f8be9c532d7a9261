#include "options.hpp"

#include <CLI/CLI.hpp>
#include <map>

namespace scop::bench {

std::optional<LoadOptions> parse_load_options(int argc, char** argv, int& status) {
  LoadOptions options;
  CLI::App app(
      "Submits messages over many SMTP sessions at once and measures the time from the final dot to its "
      "reply.");
  const std::map<std::string, TlsUse> uses{
      {"none", TlsUse::none}, {"starttls", TlsUse::starttls}, {"implicit", TlsUse::implicit}};
  app.add_option("--to", options.to, "literal address and port of the server")->capture_default_str();
  app.add_option("--tls", options.tls, "none, starttls or implicit")
      ->transform(CLI::CheckedTransformer(uses));
  app.add_option("--user", options.user, "login for AUTH PLAIN; without it there is no AUTH");
  app.add_option("--password", options.password, "its password");
  app.add_option("--from", options.from, "reverse path and From")->capture_default_str();
  app.add_option("--rcpt", options.recipients, "recipients, each for every message")->capture_default_str();
  app.add_option("--run", options.run, "name of this run, part of every Message-ID")->capture_default_str();
  app.add_option("--messages", options.messages, "how many in all")->capture_default_str();
  app.add_option("--octets", options.octets, "size of each message")->capture_default_str();
  app.add_option("--sessions", options.sessions, "how many at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 100000));
  app.add_option("--per-session", options.per_session, "messages per session; 0: as many as there are")
      ->capture_default_str();
  app.add_option("--idle", options.idle, "open that many sessions and hold them until standard input ends");
  app.add_option("--source-addresses", options.source_addresses, "with --idle: 127.0.0.2 and up")
      ->check(CLI::Range(1, 250));
  app.add_option("--patience", options.patience_seconds,
                 "seconds without an answer until a session is given up")
      ->capture_default_str();
  app.add_flag("!--no-pipelining", options.pipelining,
               "wait for each reply even where PIPELINING is offered");
  app.add_flag("--json", options.json, "print one JSON object");
  app.add_option("--journal", options.journal, "write what became of each message to this file");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    status = app.exit(error);
    return std::nullopt;
  }
  return options;
}

}  // namespace scop::bench
