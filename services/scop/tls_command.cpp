// scop tls explain DOMAIN: how mail for a domain would go now, host by host, and why.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "scop/command.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"

namespace scop::command {

namespace {

struct Options {
  std::string domain;
};

json::object to_json(const v1::Explanation::Mx& mx) {
  return {{"name", json_text(mx.name())},
          {"preference", mx.preference()},
          {"usable", mx.usable()},
          {"policy", json_text(mx.policy())},
          {"why", json_text(mx.why())},
          {"tlsa", json_texts(mx.tlsa())},
          {"addresses", json_texts(mx.addresses())}};
}

json::object to_json(const v1::Explanation& explanation) {
  json::array hosts;
  for (const auto& mx : explanation.mx()) hosts.push_back(to_json(mx));
  return {{"domain", json_text(explanation.domain())},
          {"mx_secure", explanation.mx_secure()},
          {"mta_sts", json_text(explanation.sts())},
          {"mta_sts_id", json_text(explanation.sts_id())},
          {"mx", std::move(hosts)},
          {"source_addresses", json_texts(explanation.source_addresses())},
          {"verdict", json_text(explanation.verdict())}};
}

void print(const Context& context, const v1::Explanation& explanation) {
  const auto& terminal = context.terminal;
  const auto say = [&](std::string_view what, std::string_view text) {
    if (!text.empty()) terminal.line(fmt::format("{:<12} {}", what, shown(text)));
  };
  if (explanation.mx_size() > 0)
    say("MX", explanation.mx_secure() ? "signed by DNSSEC" : "not signed by DNSSEC");
  const auto& id = explanation.sts_id();
  say("MTA-STS", id.empty() ? explanation.sts() : fmt::format("{}, id {}", explanation.sts(), id));
  if (explanation.source_addresses_size() > 0)
    say("leaves from", fmt::format("{}", fmt::join(explanation.source_addresses(), " ")));
  std::vector<std::vector<std::string>> rows;
  for (const auto& mx : explanation.mx()) {
    rows.push_back({std::to_string(mx.preference()), shown(mx.name()),
                    terminal.paint(mx.usable() ? Colour::green : Colour::red, mx.usable() ? "yes" : "no"),
                    shown(mx.policy()), shown(mx.why()),
                    shown(fmt::format("{}", fmt::join(mx.addresses(), " ")))});
  }
  if (!rows.empty()) terminal.table({"PREF", "HOST", "USED", "POLICY", "WHY", "ADDRESSES"}, rows);
  for (const auto& mx : explanation.mx()) {
    for (const auto& record : mx.tlsa()) say("TLSA", fmt::format("{}: {}", mx.name(), record));
  }
  say("verdict", explanation.verdict());
}

int explain(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  v1::ExplainRequest request;
  request.set_domain(options.domain);
  const auto explanation =
      instance->call("courier", pipe::methods::explain, request, std::chrono::seconds(90));
  if (!explanation) return report(context, "courier", *instance, explanation.error());
  if (context.json) {
    print_json(to_json(*explanation));
  } else {
    print(context, *explanation);
  }
  const auto& hosts = explanation->mx();
  const bool goes = hosts.empty() ? explanation->verdict().starts_with("mail goes")
                                  : std::ranges::any_of(hosts, [](const auto& mx) { return mx.usable(); });
  return goes ? good : declined;
}

}  // namespace

void declare_tls(CLI::App& app, Context& context) {
  auto* tls = app.add_subcommand("tls", "what TLS has to be on the way to a domain");
  tls->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  auto* command =
      tls->add_subcommand("explain", "MX by MX: what the courier would do now (DANE, MTA-STS), and why");
  command->add_option("domain", options->domain, "the domain that mail would go to")
      ->required()
      ->type_name("DOMAIN");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return explain(context, *options); }; });
}

}  // namespace scop::command
