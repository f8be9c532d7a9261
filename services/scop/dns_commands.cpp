// scop dns show, publish, check: the records the world must find.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "scop/command.hpp"
#include "scop/dns_check.hpp"
#include "scop/dns_facts.hpp"
#include "scop/dns_print.hpp"
#include "scop/dns_publish.hpp"

namespace scop::command {

namespace {

struct Options {
  std::vector<std::string> domains;
  bool all = false;
  std::vector<std::string> addresses;
  bool zone = false;
  PublishOptions publish;
};

void print_table(const Context& context, const std::vector<domain_records::Record>& records) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& record : records) {
    rows.push_back({record.name, dns::name_of(record.type),
                    context.terminal.paint(record.is_placeholder ? Colour::yellow : Colour::none,
                                           domain_records::value_of(record)),
                    context.terminal.paint(Colour::dim, record.reason)});
  }
  context.terminal.table({"NAME", "TYPE", "VALUE", "WHY"}, rows);
}

int show(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto domains = domains_of(context, *instance, options.domains, options.all);
  if (domains.empty()) return unreachable;
  std::vector<domain_records::Record> records;
  for (const auto& domain : domains) {
    const auto facts = facts_of(context, *instance, {.domain = domain, .addresses = options.addresses});
    const auto found = facts ? records_of(context, *facts) : std::nullopt;
    if (!found) return wrong_usage;
    for (const auto& record : *found) {  // the host's are the same for each domain
      if (std::ranges::find(records, record) == records.end()) records.push_back(record);
    }
  }
  if (context.json) {
    print_json(json::object{{"domain", json_text(domains.front())}, {"records", to_json(records)}});
  } else if (options.zone) {
    print_zone(records);
  } else {
    print_table(context, records);
  }
  return good;
}

int publish(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto domains = domains_of(context, *instance, options.domains, options.all);
  return domains.empty() ? unreachable : publish_records(context, *instance, domains, options.publish);
}

int check(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto domains = domains_of(context, *instance, options.domains, options.all);
  return domains.empty() ? unreachable : check_domains(context, *instance, domains);
}

using Command = int (*)(const Context&, const Options&);

CLI::App* add(CLI::App& dns, Context& context, const std::shared_ptr<Options>& options, const char* name,
              const char* what, Command run) {
  auto* command = dns.add_subcommand(name, what);
  command->add_option("--domain", options->domains, "default: the mesh's own; may be repeated")
      ->type_name("NAME");
  command->add_flag("--all", options->all, "every domain that accounts hosts");
  command->callback([&context, options, run] {
    context.chosen = [&context, options, run] { return run(context, *options); };
  });
  return command;
}

}  // namespace

void declare_dns(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* dns = app.add_subcommand("dns", "what the world must find in the DNS")->require_subcommand(1);
  auto* shows = add(*dns, context, options, "show", "every record to publish, with its reason", show);
  shows
      ->add_option("--address", options->addresses,
                   "the mail host's public address; default: [dns] addresses, or what its name resolves to")
      ->type_name("IP");
  shows->add_flag("--zone", options->zone, "as lines of a zone file");
  auto* publishes =
      add(*dns, context, options, "publish",
          "bring the primary's zones up to date (RFC 2136), touching no record of others", publish);
  publishes->add_flag("--dry-run", options->publish.dry_run, "say what would be sent, send nothing");
  publishes
      ->add_option("--take", options->publish.taken,
                   "replace what others wrote there: example.org/MX; may be repeated")
      ->type_name("NAME/TYPE");
  add(*dns, context, options, "check", "look at the live DNS and servers as others see them: what is wrong",
      check);
}

}  // namespace scop::command
