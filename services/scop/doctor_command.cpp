#include "scop/doctor_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>

#include "scop/check.hpp"
#include "scop/doctor.hpp"
#include "scop/findings_print.hpp"
#include "scop/risk_facts.hpp"

namespace scop::command {

namespace {

struct Named {
  std::string_view name;
  std::string_view title;
  Look look;
};

constexpr std::string_view configuration = "configuration";

constexpr std::array looks{
    Named{"daemons", "every daemon answers and serves", look_at_daemons},
    Named{"walls", "the walls around them", look_at_walls},
    Named{"versions", "one version everywhere", look_at_versions},
    Named{"certificates", "certificates of the pipes and of the public ports", look_at_certificates},
    Named{"clock", "the clock", look_at_clock},
    Named{"disks", "room on the disks", look_at_disks},
    Named{"backups", "a backup that is not old", look_at_backups},
    Named{"ports", "the public ports, from this machine", look_at_ports},
    Named{"resolver", "the resolver validates", look_at_resolver},
    Named{"dns", "what the world finds in the DNS (scop dns check)", look_at_dns},
    Named{"outbound", "the way to other mail servers", look_outwards},
    Named{"queue", "the queue moves", look_at_queue},
    Named{"filter", "the spam filter has learnt", look_at_filter},
    Named{"keys", "DKIM keys on their way", look_at_keys}};

bool is_wanted(const DoctorOptions& options, std::string_view name) {
  const auto has = [&](const std::vector<std::string>& names) {
    return std::ranges::find(names, name) != names.end();
  };
  return (options.only.empty() || has(options.only)) && !has(options.skip);
}

// Shown as they come: a look may take seconds.
class Show {
 public:
  explicit Show(const Context& context) : context_(context) {}

  void tell(std::string_view name, std::string_view title, const Findings& findings) {
    good_ = good_ && !findings.has_problems();
    if (context_.json) {
      json::array all;
      for (const auto& finding : findings.all()) all.push_back(to_json(finding));
      checks_.push_back(json::object{
          {"name", json_text(name)}, {"good", !findings.has_problems()}, {"findings", std::move(all)}});
      return;
    }
    context_.terminal.line(context_.terminal.paint(Colour::bold, fmt::format("{}: {}", name, title)));
    for (const auto& finding : findings.all()) print_line(context_, finding);
  }

  int end() {
    if (context_.json) {
      print_json(json::object{{"good", good_}, {"checks", std::move(checks_)}});
    } else {
      context_.terminal.line(good_ ? context_.terminal.paint(Colour::green, "no problems")
                                   : context_.terminal.paint(Colour::red, "there are problems"));
    }
    return good_ ? good : declined;
  }

 private:
  const Context& context_;
  json::array checks_;
  bool good_ = true;
};

Findings look_at_configuration(const Context& context, bool& could_be_read) {
  Findings findings;
  const auto checked = check_instance(context);
  could_be_read = checked.could_be_read;
  const auto subject = context.config.string();
  for (const auto& problem : checked.problems) findings.problem(subject, problem, "correct it: `scop check`");
  for (const auto& warning : checked.warnings) findings.warning(subject, warning, "`scop check`");
  if (checked.problems.empty()) findings.ok(subject, "is valid");
  return findings;
}

int examine(const Context& context, const DoctorOptions& options) {
  for (const auto* names : {&options.only, &options.skip}) {
    for (const auto& name : *names) {
      if (name == configuration || std::ranges::find(looks, name, &Named::name) != looks.end()) continue;
      context.terminal.problem(
          fmt::format("there is no look \"{}\": `scop doctor --list` names them", shown(name)));
      return wrong_usage;
    }
  }
  Show show(context);
  bool could_be_read = true;
  if (is_wanted(options, configuration))
    show.tell(configuration, "scop.toml, keys and certificates on disk (scop check)",
              look_at_configuration(context, could_be_read));
  const auto instance = could_be_read ? Instance::open(context) : std::nullopt;
  if (!instance) {
    show.end();
    return wrong_usage;
  }
  DoctorWorld world{.context = context,
                    .instance = *instance,
                    .options = options,
                    .settings = risk::read_settings(instance->document()),
                    .daemons = all_daemon_facts(*instance),
                    .when = now()};
  for (const auto& look : looks) {
    if (!is_wanted(options, look.name)) continue;
    Findings findings;
    look.look(world, findings);
    show.tell(look.name, look.title, findings);
  }
  return show.end();
}

int list(const Context& context) {
  std::vector<std::vector<std::string>> rows{{std::string(configuration), "scop check"}};
  for (const auto& look : looks) rows.push_back({std::string(look.name), std::string(look.title)});
  context.terminal.table({"LOOK", "AT"}, rows);
  return good;
}

}  // namespace

bool DoctorWorld::answers(std::string_view daemon) const {
  return std::ranges::any_of(daemons, [&](const auto& one) { return one.name == daemon && one.status; });
}

void declare_doctor(CLI::App& app, Context& context) {
  const auto options = std::make_shared<DoctorOptions>();
  const auto lists = std::make_shared<bool>(false);
  auto* command =
      app.add_subcommand("doctor", "live looks at everything mail depends on: what is wrong, what to do");
  command->add_option("look", options->only, "these alone; default: all")->type_name("LOOK");
  command->add_option("--skip", options->skip, "all but these")->type_name("LOOK");
  command->add_flag("--list", *lists, "the looks there are");
  command->add_option("--outbound", options->outbound, "whose mail hosts show that the way out is open")
      ->type_name("DOMAIN")
      ->capture_default_str();
  command->add_option("--signed", options->signed_name, "a name that DNSSEC signs")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--bogus", options->bogus_name, "a name that is signed wrongly, on purpose; \"\": none")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--backups", options->backups, "where backups lie")->type_name("PATH");
  command->callback([&context, options, lists] {
    context.chosen = [&context, options, lists] {
      return *lists ? list(context) : examine(context, *options);
    };
  });
}

}  // namespace scop::command
