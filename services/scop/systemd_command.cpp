// scop systemd: the units of the mesh, written from the topology and the configuration.
#include "scop/systemd_command.hpp"

#include <fmt/format.h>
#include <pwd.h>

#include <CLI/CLI.hpp>

#include "files/descriptor.hpp"
#include "mesh_ca/file.hpp"
#include "scop/configuration.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"
#include "scop/programs.hpp"
#include "scop/systemd_units.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;

constexpr unsigned packaged_user_base = 64'100;
constexpr std::string_view drop_in_name = "50-scop.conf";

struct Options {
  fs::path out;
  fs::path prefix = "/usr";
  bool packaged = false;
  bool drop_ins = false;
};

using Files = std::map<fs::path, std::string>;

std::string packaged_user(std::string_view daemon) { return fmt::format("scop-{}", daemon); }

// As the package has them: the default configuration, for no domain in particular.
Outcome<std::vector<Unit>> packaged_units(const fs::path& prefix) {
  const auto document =
      config::Document::parse(configuration_text({.domain = "example.org", .user_base = packaged_user_base}),
                              fmt::format("{}/scop.toml", packaged_instance));
  if (!document) return std::unexpected(document.error());
  const auto mesh = settings::read_mesh(*document);
  return units_of({.daemons = prefix / "libexec/scop",
                   .command = prefix / "bin/scop",
                   .folder = packaged_instance,
                   .document = *document,
                   .mesh = mesh,
                   .user_of = packaged_user});
}

// The name where the number has one.
std::string user_of(unsigned user_base, std::string_view daemon) {
  const auto number = user_base + topology::find(daemon)->user_offset;
  const auto name = packaged_user(daemon);
  const auto* known = ::getpwnam(name.c_str());
  return known != nullptr && known->pw_uid == number ? name : std::to_string(number);
}

Outcome<std::vector<Unit>> units_of_instance(const Context& context, const Instance& instance) {
  const auto& mesh = instance.mesh();
  if (mesh.user_base == 0) {
    return failure(ErrorKind::conflict,
                   fmt::format("{}: [mesh] user_base is 0: under systemd each daemon has a user of its own; "
                               "run `scop init` as root",
                               context.config.string()));
  }
  const auto daemons = daemons_folder();
  const auto command = own_program();
  if (!daemons || !command) return std::unexpected(daemons ? command.error() : daemons.error());
  std::error_code error;
  const auto folder = fs::canonical(mesh.folder, error);
  if (error) return std::unexpected(files::error_of(error.value(), "finding", mesh.folder));
  for (const auto& path : {folder, *daemons, *command}) {
    if (path.string().find_first_of(" \t\"'%\\$:") != std::string::npos)
      return failure(ErrorKind::unsupported,
                     path.string() + ": systemd wants a path without spaces, quotes, colons, $ and %");
  }
  return units_of({.daemons = *daemons,
                   .command = *command,
                   .folder = folder,
                   .document = instance.document(),
                   .mesh = mesh,
                   .user_of = [&](std::string_view daemon) { return user_of(mesh.user_base, daemon); }});
}

Files files_of(const std::vector<Unit>& units) {
  Files files;
  for (const auto& unit : units) files[unit.name] = text_of(unit);
  return files;
}

// An empty text: no such file is to be there.
Files drop_ins_of(const std::vector<Unit>& wanted, const std::vector<Unit>& packaged) {
  Files files;
  for (const auto& unit : wanted) {
    const auto same = std::ranges::find(packaged, unit.name, &Unit::name);
    if (same != packaged.end()) files[fs::path(unit.name + ".d") / drop_in_name] = drop_in_of(unit, *same);
  }
  return files;
}

Outcome<std::size_t> write(const fs::path& folder, const Files& files) {
  std::size_t changed = 0;
  for (const auto& [name, text] : files) {
    const auto file = folder / name;
    const auto there = files::read_whole(file, 1U << 20U);
    if (there ? *there == text : text.empty()) continue;
    std::error_code error;
    ++changed;
    if (text.empty()) {
      fs::remove(file, error);
      continue;
    }
    fs::create_directories(file.parent_path(), error);
    if (error) return std::unexpected(files::error_of(error.value(), "making", file.parent_path()));
    if (auto written = mesh_ca::replace_file(file, text, 0644); !written)
      return std::unexpected(written.error());
  }
  return changed;
}

int show(const Context& context, const Files& files) {
  if (context.json) {
    json::object object;
    for (const auto& [name, text] : files)
      if (!text.empty()) object[name.string()] = json_text(text);
    print_json(object);
    return good;
  }
  for (const auto& [name, text] : files)
    if (!text.empty()) fmt::print("# {}\n{}\n", name.string(), text);
  return good;
}

int systemd(const Context& context, const Options& options) {
  const auto packaged = packaged_units(options.prefix);
  std::optional<Instance> instance;
  if (!options.packaged && !(instance = Instance::open(context))) return wrong_usage;
  const auto units = options.packaged ? packaged : units_of_instance(context, *instance);
  if (!units || !packaged) {
    context.terminal.problem(units ? packaged.error().what : units.error().what);
    return wrong_usage;
  }
  auto files = options.drop_ins ? drop_ins_of(*units, *packaged) : files_of(*units);
  if (!options.drop_ins)
    files["scop.sysusers"] = users_file(instance ? instance->mesh().user_base : packaged_user_base);
  if (options.out.empty()) return show(context, files);
  const auto changed = write(options.out, files);
  if (!changed) {
    context.terminal.problem(changed.error().what);
    return declined;
  }
  context.terminal.line(*changed == 0
                            ? "nothing has changed"
                            : fmt::format("{} files written below {}; next: systemctl daemon-reload, "
                                          "then systemctl restart scop.target",
                                          *changed, options.out.string()));
  return good;
}

}  // namespace

void declare_systemd(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand(
      "systemd", "the units of the mesh, with the walls that systemd holds, from topology and configuration");
  command->add_option("--out", options->out, "write them below this folder; else they are shown")
      ->type_name("DIR");
  auto* packaged =
      command->add_flag("--packaged", options->packaged, "as the Debian package has them, for no instance");
  command->add_option("--prefix", options->prefix, "with --packaged: where the programs are installed")
      ->type_name("DIR")
      ->capture_default_str();
  command
      ->add_flag("--drop-ins", options->drop_ins,
                 "only what this instance's scop.toml makes different from the package's units")
      ->excludes(packaged);
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return systemd(context, *options); }; });
}

}  // namespace scop::command
