// scop verify: judges a message file like the verifier would, and explains every step.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>

#include "core/ascii.hpp"
#include "core/clock.hpp"
#include "dns/domain.hpp"
#include "message/header.hpp"
#include "scop/command.hpp"
#include "scop/json.hpp"
#include "scop/live_dns.hpp"
#include "scop/message_file.hpp"
#include "scop/time_option.hpp"
#include "scop/zone_file.hpp"
#include "settings/mesh.hpp"
#include "verify/inquiry.hpp"

namespace scop::command {

namespace {

constexpr std::uint64_t most_dns_file = 64U << 20U;
constexpr std::chrono::seconds all_look_ups{60};  // live; what is not answered by then is a temperror

struct Options {
  std::string file;
  std::string client;
  std::string helo;
  std::string from;
  std::string dns;
  std::string at;
  std::string authserv_id;
  std::vector<std::string> trusted_sealers;
};

std::string host_name(const Context& context) {
  std::error_code error;
  if (std::filesystem::exists(context.config, error)) {
    if (const auto document = config::Document::load(context.config)) {
      const auto mesh = settings::read_mesh(*document);
      if (!mesh.host.empty()) return mesh.host;
    }
  }
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

std::string_view without_brackets(std::string_view path) {
  if (path.starts_with('<') && path.ends_with('>')) path = path.substr(1, path.size() - 2);
  return path;
}

Outcome<LookUp> look_up_of(const Context& context, const Options& options) {
  if (options.dns.empty()) return live_dns(context);
  const auto text = read_input(options.dns, most_dns_file);
  if (!text) return std::unexpected(text.error());
  auto zone = Zone::parse(*text);
  if (!zone) return failure(zone.error().kind, options.dns + ": " + zone.error().what);
  const auto shared = std::make_shared<Zone>(std::move(*zone));
  return [shared](const dns::Question& question) { return shared->look_up(question); };
}

verify::Judgement judge(verify::Inquiry& inquiry, std::string_view message, const LookUp& look_up) {
  inquiry.octets(message);
  inquiry.end();
  const auto deadline = in(all_look_ups);
  while (!inquiry.done() && std::chrono::steady_clock::now() < deadline) {
    for (const auto& question : inquiry.wanted()) {
      if (std::chrono::steady_clock::now() < deadline) inquiry.answer(question, look_up(question));
    }
  }
  return inquiry.finish();
}

std::string one_line(std::string_view field) { return message::unfold(field); }

json::array dkim_json(const verify::Judgement& judgement) {
  json::array array;
  for (const auto& verdict : judgement.dkim) {
    array.push_back(json::object{{"result", dkim::name_of(verdict.result)},
                                 {"domain", json_text(verdict.domain)},
                                 {"selector", json_text(verdict.selector)},
                                 {"algorithm", json_text(verdict.algorithm)},
                                 {"reason", json_text(verdict.reason)}});
  }
  return array;
}

json::object to_json(const verify::Judgement& judgement) {
  const auto& [spf, dmarc, arc] = std::tie(judgement.spf, judgement.dmarc, judgement.arc);
  const auto done = judgement.decision.overridden ? dmarc::Policy::none : dmarc.disposition;
  return {
      {"spf", json::object{{"result", spf::name_of(spf.result)},
                           {"domain", json_text(spf.domain)},
                           {"explanation", json_text(spf.explanation)},
                           {"lookups", spf.lookups}}},
      {"dkim", dkim_json(judgement)},
      {"arc",
       json::object{{"cv", arc::name_of(arc.status)}, {"sets", arc.sets}, {"reason", json_text(arc.reason)}}},
      {"dmarc", json::object{{"result", dmarc::name_of(dmarc.result)},
                             {"domain", json_text(dmarc.domain)},
                             {"policy", dmarc::name_of(dmarc.policy)},
                             {"disposition", dmarc::name_of(done)},
                             {"reason", json_text(dmarc.reason)}}},
      {"iprev", json::object{{"result", verify::name_of(judgement.iprev.result)},
                             {"name", json_text(judgement.iprev.name)}}},
      {"authentication_results", json_text(one_line(judgement.field))}};
}

Colour colour_of(std::string_view outcome) {
  for (const auto& [word, colour] : {std::pair{"pass", Colour::green},
                                     {"fail", Colour::red},
                                     {"softfail", Colour::yellow},
                                     {"temperror", Colour::yellow},
                                     {"permerror", Colour::red}}) {
    if (outcome.starts_with(word)) return colour;
  }
  return Colour::none;
}

void print(const Terminal& terminal, const verify::Judgement& judgement) {
  std::string_view method;
  for (const auto& step : judgement.steps) {
    if (step.method != method) terminal.line(terminal.paint(Colour::bold, step.method));
    method = step.method;
    terminal.line(fmt::format("  {}\n      {}", terminal.paint(Colour::dim, shown(step.what)),
                              terminal.paint(colour_of(step.outcome), shown(step.outcome))));
  }
  terminal.line("");
  auto field = "Authentication-Results:" + judgement.field;
  for (std::string_view rest = field; !rest.empty();) {
    const auto end = std::min(rest.find("\r\n"), rest.size());
    terminal.line(shown(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
}

int verify_file(const Context& context, const Options& options) {
  const auto refuse = [&](std::string_view what) {
    context.terminal.problem(what);
    return wrong_usage;
  };
  const auto client = dns::Address::from_text(options.client);
  if (!options.client.empty() && !client) return refuse("--ip is not an IP address: " + options.client);
  const auto now =
      options.at.empty() ? std::chrono::floor<std::chrono::seconds>(scop::now()) : parse_time(options.at);
  if (!now) return refuse("--at is neither seconds since 1970 nor 2026-11-21T10:00:00Z: " + options.at);
  const auto look_up = look_up_of(context, options);
  if (!look_up) return refuse(look_up.error().what);
  const auto text = read_input(options.file);
  if (!text) return refuse(text.error().what);
  verify::Policy policy;
  policy.authserv_id = options.authserv_id.empty() ? host_name(context) : options.authserv_id;
  for (const auto& domain : options.trusted_sealers) {
    policy.trusted_sealers.push_back(dns::to_a_labels(domain).value_or(domain));
  }
  verify::Inquiry inquiry(std::move(policy), {.client = client,
                                              .helo = options.helo,
                                              .reverse_path = std::string(without_brackets(options.from)),
                                              .now = *now});
  const auto judgement = judge(inquiry, with_crlf(*text), *look_up);
  if (context.json) {
    print_json(to_json(judgement));
  } else {
    print(context.terminal, judgement);
  }
  return good;
}

}  // namespace

void declare_verify(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("verify", "judge a message file: SPF, DKIM, ARC, DMARC, iprev, step by step");
  command->add_option("file", options->file, "the message, with LF or CRLF; \"-\" is standard input")
      ->required();
  command->add_option("--ip", options->client, "the client's address; without one SPF is not judged")
      ->type_name("A");
  command->add_option("--helo", options->helo, "what the client said at HELO or EHLO")->type_name("H");
  command->add_option("--from", options->from, "MAIL FROM; empty: the null sender")->type_name("M");
  command
      ->add_option(
          "--dns", options->dns,
          "offline: a zone file, or JSON of name, type, values; default: the mesh's resolver or the system's")
      ->type_name("FILE");
  command->add_option("--at", options->at, "judge as of then: seconds since 1970 or 2026-11-21T10:00:00Z")
      ->type_name("TIME");
  command
      ->add_option("--authserv-id", options->authserv_id,
                   "default: the mesh's host, else this machine's name")
      ->type_name("NAME");
  command->add_option("--trusted-sealer", options->trusted_sealers, "an ARC sealer that may override DMARC")
      ->type_name("DOMAIN");
  command->callback([&context, options] {
    context.chosen = [&context, options] { return verify_file(context, *options); };
  });
}

}  // namespace scop::command
