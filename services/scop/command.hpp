// The `scop` command: options, commands, exit status. Each group of commands is declared in a file of its
// own.
#pragma once

#include "scop/context.hpp"

namespace CLI {
class App;
}

namespace scop::command {

int run(int argc, char** argv);

void declare_init(CLI::App& app, Context& context);
void declare_up(CLI::App& app, Context& context);
void declare_accounts(CLI::App& app, Context& context);  // user, domain, alias
void declare_dns(CLI::App& app, Context& context);
void declare_queue(CLI::App& app, Context& context);
void declare_keys(CLI::App& app, Context& context);
void declare_filter(CLI::App& app, Context& context);    // what the filter has learnt
void declare_training(CLI::App& app, Context& context);  // train, classify
void declare_trace(CLI::App& app, Context& context);
void declare_tls(CLI::App& app, Context& context);
void declare_check(CLI::App& app, Context& context);
void declare_dovecot(CLI::App& app, Context& context);
void declare_certs(CLI::App& app, Context& context);
void declare_acme(CLI::App& app, Context& context);
void declare_topology(CLI::App& app, Context& context);
void declare_reports(CLI::App& app, Context& context);
void declare_report_sending(CLI::App& reports, Context& context);  // below `reports`
void declare_corpus(CLI::App& app, Context& context);
void declare_mime(CLI::App& app, Context& context);
void declare_verify(CLI::App& app, Context& context);
void declare_sign(CLI::App& app, Context& context);
void declare_health(CLI::App& app, Context& context);
void declare_resolver(CLI::App& app, Context& context);  // stats, flush

}  // namespace scop::command
