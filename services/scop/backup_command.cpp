// scop backup, scop backup verify, scop backup key, scop restore.
#include "scop/backup_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "backup/writer.hpp"
#include "core/base64.hpp"
#include "mesh_ca/file.hpp"
#include "scop/backup_file.hpp"
#include "scop/backup_queue.hpp"
#include "scop/backup_source.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"
#include "scop/restore_target.hpp"
#include "settings/relay.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;
using namespace backup;

struct Options {
  fs::path out;
  fs::path from;
  fs::path folder;
  KeyFiles keys;
  bool without_ca = false;
  bool hold = false;
};

int give_up(const Context& context, const Error& error) {
  context.terminal.problem(error.what);
  return error.kind == ErrorKind::malformed && error.what.starts_with("name one of") ? wrong_usage : declined;
}

// One share's entries into the backup, under its own name alone.
class Gather final : public scop::backup::Taker {
 public:
  Gather(const Share& share, scop::backup::Writer& writer, std::function<Outcome<>(std::string_view)> out)
      : share_(share), writer_(writer), out_(std::move(out)) {}

  Outcome<> head(const v1::BackupHead&) override { return {}; }
  Outcome<> folder(const v1::BackupEntry& entry) override {
    auto good = check(entry);
    return good ? out_(writer_.folder(entry)) : good;
  }
  Outcome<> begin_file(const v1::BackupEntry& entry) override {
    auto good = check(entry);
    return good ? out_(writer_.begin_file(entry)) : good;
  }
  Outcome<> data(std::string_view octets) override { return out_(writer_.data(octets)); }
  Outcome<> end_file() override { return out_(writer_.end_file()); }

 private:
  // A process that was taken over claims no other's files and no other owner.
  Outcome<> check(const v1::BackupEntry& entry) const {
    const auto first = *fs::path(entry.path()).begin();
    const bool own = std::ranges::find(share_.roots, first) != share_.roots.end();
    if (own && (share_.user == 0 || entry.owner() == share_.name || entry.owner().empty())) return {};
    return failure(ErrorKind::denied,
                   fmt::format("{} gave {}, which is not its own", share_.name, shown(entry.path())));
  }
  const Share& share_;
  scop::backup::Writer& writer_;
  std::function<Outcome<>(std::string_view)> out_;
};

Outcome<v1::BackupManifest> write_backup(const Instance& instance, const Options& options, BackupOut& out) {
  auto sealer = sealer_of(options.keys);
  if (!sealer) return std::unexpected(sealer.error());
  scop::backup::Writer writer;
  const auto& mesh = instance.mesh();
  const auto put = [&](std::string_view octets) { return out.write(sealer->push(octets)); };
  v1::BackupHead head;
  head.set_format(1);
  head.set_version(SCOP_VERSION);
  head.set_domain(mesh.domain);
  head.set_host(mesh.host);
  head.set_created(std::chrono::floor<std::chrono::seconds>(now()).time_since_epoch().count());
  head.set_with_ca(!options.without_ca);
  auto written = put(writer.head(head));
  const Choice choice{.with_ca = !options.without_ca,
                      .mail_folder = settings::read_relay(instance.document()).mail_folder};
  for (const auto& share : shares_of(mesh, choice)) {
    if (!written) break;
    Gather gather(share, writer, put);
    scop::backup::Reader reader(gather);
    written = read_share(mesh, share, [&](std::string_view octets) { return reader.push(octets); });
    if (written) written = reader.finish();
    if (!written) written = failure(written.error().kind, share.name + ": " + written.error().what);
  }
  if (written) written = put(writer.finish());
  if (written) written = out.write(sealer->finish());
  if (written) written = out.finish();
  if (!written) return std::unexpected(written.error());
  return writer.manifest();
}

void tell(const Context& context, std::string_view what, const v1::BackupHead& head,
          const v1::BackupManifest& manifest) {
  if (context.json) {
    json::array files;
    for (const auto& file : manifest.files()) {
      json::object one{{"path", json_text(file.path())},
                       {"size", file.size()},
                       {"sha256", json_text(to_hex(file.sha256()))}};
      if (file.schema() != 0) one["schema"] = file.schema();
      files.push_back(std::move(one));
    }
    print_json(json::object{{"version", json_text(head.version())},
                            {"domain", json_text(head.domain())},
                            {"created", head.created()},
                            {"with_ca", head.with_ca()},
                            {"octets", manifest.octets()},
                            {"files", std::move(files)}});
    return;
  }
  context.terminal.line(
      fmt::format("{}: {} files, {} octets", what, manifest.files_size(), manifest.octets()));
}

int make(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  if (instance->mesh().user_base != 0 && ::geteuid() != 0) {
    context.terminal.problem("the daemons have users of their own, whose files only root can read");
    return declined;
  }
  auto out = BackupOut::open(options.out);
  if (!out) return give_up(context, out.error());
  const auto manifest = write_backup(*instance, options, *out);
  if (!manifest) return give_up(context, manifest.error());
  if (options.out == "-") return good;
  v1::BackupHead head;
  head.set_version(SCOP_VERSION);
  head.set_domain(instance->mesh().domain);
  head.set_with_ca(!options.without_ca);
  tell(context, options.out.string(), head, *manifest);
  return good;
}

// Reads all and keeps nothing.
class Nowhere final : public scop::backup::Taker {
 public:
  Outcome<> head(const v1::BackupHead& head) override {
    told = head;
    return {};
  }
  Outcome<> folder(const v1::BackupEntry&) override { return {}; }
  Outcome<> begin_file(const v1::BackupEntry&) override { return {}; }
  Outcome<> data(std::string_view) override { return {}; }
  Outcome<> end_file() override { return {}; }
  v1::BackupHead told;
};

int verify(const Context& context, const Options& options) {
  auto opening = opening_of(options.keys);
  if (!opening) return give_up(context, opening.error());
  Nowhere nowhere;
  scop::backup::Reader reader(nowhere);
  if (const auto read = read_backup(options.from, std::move(*opening), reader); !read)
    return give_up(context, read.error());
  tell(context, fmt::format("whole, of {} by scop {}", nowhere.told.domain(), nowhere.told.version()),
       nowhere.told, reader.manifest());
  return good;
}

int make_key(const Context& context, const Options& options) {
  const auto keys = scop::backup::make_keys();
  const auto secret = scop::backup::to_file(keys.secret_key);
  std::error_code error;
  if (fs::exists(options.out, error))
    return give_up(context, {ErrorKind::conflict, options.out.string() + " is there already"});
  const fs::path public_file = options.out.string() + ".pub";
  auto written = mesh_ca::replace_file(options.out, secret.reveal(), 0600);
  if (written) written = mesh_ca::replace_file(public_file, scop::backup::to_file(keys.public_key), 0644);
  if (!written) return give_up(context, written.error());
  context.terminal.line(
      fmt::format("{} opens what is encrypted to {}: keep it away from the mesh's machine, and "
                  "do not lose it",
                  options.out.string(), public_file.string()));
  return good;
}

int restore(const Context& context, const Options& options) {
  auto opening = opening_of(options.keys);
  if (!opening) return give_up(context, opening.error());
  auto target = RestoreTarget::make(options.folder);
  if (!target) return give_up(context, target.error());
  scop::backup::Reader reader(**target);
  if (const auto read = read_backup(options.from, std::move(*opening), reader); !read)
    return give_up(context, read.error());
  const auto queue = (*target)->partial() / "relay/state/queue.db";
  std::error_code error;
  if (options.hold && fs::exists(queue, error)) {
    const auto held = hold_queue(queue);
    if (!held) return give_up(context, held.error());
    context.terminal.error_line(fmt::format("{} messages are held: scop queue release lets them go", *held));
  }
  std::vector<std::string> warnings;
  if (const auto finished = (*target)->finish(warnings); !finished) return give_up(context, finished.error());
  for (const auto& warning : warnings) context.terminal.problem(warning);
  tell(context,
       fmt::format("{} is the instance of {} as it was", options.folder.string(), (*target)->told().domain()),
       (*target)->told(), reader.manifest());
  return good;
}

void add_opening(CLI::App& command, Options& options) {
  command.add_option("--from", options.from, "the backup; \"-\": standard input")
      ->type_name("FILE")
      ->required();
  command.add_option("--passphrase-file", options.keys.passphrase, "where its passphrase stands")
      ->type_name("FILE");
  command.add_option("--key-file", options.keys.key, "the secret key that it is for")->type_name("FILE");
}

}  // namespace

void declare_backup(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  const auto chosen = [&context, options](int (*run)(const Context&, const Options&)) {
    return [&context, options, run] {
      context.chosen = [&context, options, run] { return run(context, *options); };
    };
  };
  auto* backup = app.add_subcommand(
      "backup", "keys, accounts, queue and configuration in one encrypted file, while the mesh runs");
  backup->require_subcommand(0, 1);
  backup->add_option("--out", options->out, "a new file; \"-\": standard output")->type_name("FILE");
  backup->add_option("--passphrase-file", options->keys.passphrase, "encrypt to the passphrase in it")
      ->type_name("FILE");
  backup->add_option("--recipient", options->keys.key, "encrypt to this public key (scop backup key)")
      ->type_name("FILE");
  backup->add_flag("--without-ca", options->without_ca, "leave out mesh/ca.key");
  backup->callback([backup, &context, options] {
    if (!backup->get_subcommands().empty()) return;
    if (options->out.empty()) throw CLI::RequiredError("--out");
    context.chosen = [&context, options] { return make(context, *options); };
  });
  auto* verify_command =
      backup->add_subcommand("verify", "read one to its end, every digest compared; writes nothing");
  add_opening(*verify_command, *options);
  verify_command->callback(chosen(verify));
  auto* key = backup->add_subcommand("key", "make a key pair: FILE opens, FILE.pub encrypts");
  key->add_option("--out", options->out, "where the secret half goes")->type_name("FILE")->required();
  key->callback(chosen(make_key));
  auto* restore_command = app.add_subcommand("restore", "make an instance's folder from a backup");
  add_opening(*restore_command, *options);
  restore_command->add_option("--folder", options->folder, "a folder that is not there yet, or is empty")
      ->type_name("DIR")
      ->required();
  restore_command->add_flag("--hold", options->hold,
                            "hold the queue: nothing is delivered until it is released");
  restore_command->callback(chosen(restore));
}

}  // namespace scop::command
