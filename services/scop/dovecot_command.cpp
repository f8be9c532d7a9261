// scop dovecot: writes what makes Dovecot the mailbox server of this instance.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "files/descriptor.hpp"
#include "mesh_ca/file.hpp"
#include "scop/command.hpp"
#include "scop/dovecot_files.hpp"
#include "scop/instance.hpp"
#include "scop/programs.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;

Outcome<> write_all(const DovecotWanted& wanted) {
  std::error_code error;
  fs::create_directories(wanted.folder / "bin", error);
  if (error) return std::unexpected(files::error_of(error.value(), "create folder", wanted.folder));
  for (const auto& file : dovecot_files(wanted)) {
    const mode_t mode = file.is_program ? 0755 : 0644;
    if (auto written = mesh_ca::replace_file(wanted.folder / file.name, file.content, mode, std::nullopt);
        !written) {
      return written;
    }
  }
  return {};
}

void tell(const Context& context, const Instance& instance, const DovecotWanted& wanted) {
  const auto key = instance.mesh().folder / "mailbox";
  context.terminal.line(
      fmt::format("Written to {0}. Next, as root:\n"
                  "  apt install dovecot-imapd dovecot-lmtpd dovecot-sieve\n"
                  "  adduser --system --group --home {1} {2}\n"
                  "  chgrp -R {3} {4} && chmod 750 {4} {4}/cert && chmod 640 {4}/cert/key.pem\n"
                  "  echo '!include {0}/scop.conf' >> /etc/dovecot/dovecot.conf   (and comment out "
                  "auth-system.conf.ext in conf.d)\n"
                  "  sievec {0}/junk.sieve; sievec {0}/learn-spam.sieve; sievec {0}/learn-ham.sieve\n"
                  "and in {5}:\n"
                  "  [[relay.lmtp]]\n"
                  "  domain = \"*\"\n"
                  "  to = \"{6}\"",
                  wanted.folder.string(), wanted.mail.string(), wanted.user, wanted.group, key.string(),
                  wanted.config.string(), wanted.socket.string()));
}

int write_files(const Context& context, DovecotWanted wanted) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto& mesh = instance->mesh();
  const auto daemons = daemons_folder();
  if (!daemons) {
    context.terminal.problem(daemons.error().what);
    return declined;
  }
  wanted.helper = *daemons / "scop-mailbox";
  wanted.folder = fs::absolute(wanted.folder).lexically_normal();
  wanted.config = fs::absolute(context.config).lexically_normal();
  wanted.tls = fs::absolute(mesh.folder / "tls").lexically_normal();
  if (wanted.socket.empty()) wanted.socket = settings::state_folder(mesh, "relay") / "lmtp";
  wanted.socket = fs::absolute(wanted.socket).lexically_normal();
  for (const auto* path : {&wanted.folder, &wanted.config, &wanted.helper, &wanted.mail, &wanted.socket}) {
    if (!path->string().contains(' ')) continue;
    context.terminal.problem(fmt::format("{}: Dovecot wants paths without spaces", path->string()));
    return wrong_usage;
  }
  if (const auto written = write_all(wanted); !written) {
    context.terminal.problem(written.error().what);
    return declined;
  }
  tell(context, *instance, wanted);
  return good;
}

}  // namespace

void declare_dovecot(CLI::App& app, Context& context) {
  const auto wanted = std::make_shared<DovecotWanted>();
  wanted->mail = "/var/vmail";
  wanted->user = wanted->group = "vmail";
  auto* command =
      app.add_subcommand("dovecot", "write Dovecot's configuration and Sieve scripts for this instance");
  command->add_option("directory", wanted->folder, "where to, such as /etc/dovecot/scop")->required();
  command->add_option("--mail", wanted->mail, "below it each user has a home")
      ->type_name("DIR")
      ->capture_default_str();
  command
      ->add_option("--socket", wanted->socket,
                   "where Dovecot takes mail by LMTP; default: in the relay's state")
      ->type_name("PATH");
  command->add_option("--user", wanted->user, "whose the mail is")->type_name("NAME")->capture_default_str();
  command->add_option("--group", wanted->group, "which group may use the helper's key")
      ->type_name("NAME")
      ->capture_default_str();
  command->callback(
      [&context, wanted] { context.chosen = [&context, wanted] { return write_files(context, *wanted); }; });
}

}  // namespace scop::command
