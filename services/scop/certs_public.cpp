// scop certs public install: a certificate and key from elsewhere take the same way as those from an ACME
// server: TLSA records first, then the files of all daemons at once, then a look at every port.
#include "scop/certs_public.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "daemon/privileges.hpp"
#include "files/descriptor.hpp"
#include "mesh_ca/facts.hpp"
#include "scop/acme_lock.hpp"
#include "scop/acme_pass.hpp"
#include "scop/acme_status.hpp"
#include "scop/acme_user.hpp"

namespace scop::command {

namespace {

using namespace acme;

constexpr std::uint64_t most_pem = 256U << 10U;
constexpr std::chrono::minutes lock_patience{1};

struct Options {
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::string pair = "mail";
  bool wait = false;
};

struct Given {
  std::string chain;
  Secret key;
};

// Read as whoever started us; afterwards we may not.
Outcome<Given> read_given(const Options& options) {
  auto chain = files::read_whole(options.certificate, most_pem);
  if (!chain) return std::unexpected(chain.error());
  auto key = files::read_whole(options.key, most_pem);
  if (!key) return std::unexpected(key.error());
  Given given{.chain = std::move(*chain), .key = Secret(std::move(*key))};
  const auto fits = mesh_ca::belong_together(given.chain, given.key.reveal());
  if (!fits) return std::unexpected(fits.error());
  if (!*fits)
    return failure(ErrorKind::malformed, fmt::format("{} is not the key of {}", options.key.string(),
                                                     options.certificate.string()));
  return given;
}

Outcome<> check_facts(const Context& context, const Pair& pair, const std::string& chain) {
  const auto facts = mesh_ca::read_facts(chain);
  if (!facts) return std::unexpected(facts.error());
  if (facts->not_after <= now()) return failure(ErrorKind::malformed, "that certificate has expired");
  if (facts->not_before > now()) return failure(ErrorKind::malformed, "that certificate is not valid yet");
  for (const auto& name : pair.names) {
    const auto dot = name.find('.');
    const auto wildcard = dot == std::string::npos ? std::string() : "*" + name.substr(dot);
    const bool is_named =
        std::ranges::any_of(facts->hosts, [&](const auto& host) { return host == name || host == wildcard; });
    if (!is_named) context.terminal.problem(fmt::format("warning: that certificate does not name {}", name));
  }
  return {};
}

// The key first: a chain whose key is not there is not taken up.
Outcome<> stage(const World& world, const Pair& pair, const Given& given) {
  const Files files(world, pair);
  const auto state = files.load_state();
  if (!state) return std::unexpected(state.error());
  const auto digest = key_digest_of_chain(given.chain);
  const auto certificate = certificate_digest(given.chain);
  if (!digest || !certificate) return failure(ErrorKind::malformed, "that certificate cannot be read");
  if (auto fits = cert_roll::begin(*state, *digest, *certificate, now()); !fits)
    return std::unexpected(fits.error());
  if (auto dropped = files.drop_staged(); !dropped) return dropped;
  if (auto staged = files.stage_key(given.key); !staged) return staged;
  return files.stage(given.chain);
}

int install(const Context& context, const Options& options) {
  const auto complain = [&](const Error& error, int status) {
    context.terminal.problem(error.what);
    return status;
  };
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto world = read_world(context, *instance);
  if (!world) return complain(world.error(), wrong_usage);
  const auto pair = std::ranges::find(world->pairs, options.pair, &Pair::name);
  if (pair == world->pairs.end())
    return complain({ErrorKind::not_found, "there is no certificate called " + shown(options.pair)},
                    wrong_usage);
  const auto given = read_given(options);
  if (!given) return complain(given.error(), declined);
  if (const auto checked = check_facts(context, *pair, given->chain); !checked)
    return complain(checked.error(), declined);
  const Log log("acme", world->mesh.log_form, world->mesh.log_level);
  daemon::begin_modestly();
  if (const auto entered = enter(*world, log); !entered) return complain(entered.error(), declined);
  const auto held = take_lock(*world, lock_patience);
  if (!held) return complain(held.error(), declined);
  if (const auto staged = stage(*world, *pair, *given); !staged) return complain(staged.error(), declined);
  return tell(context, {{pair->name, Pass(*world, *pair, log, {.to_the_end = options.wait}).run()}});
}

}  // namespace

void declare_certs_public(CLI::App& certs, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* group = certs.add_subcommand("public", "the certificates of the public ports");
  group->require_subcommand(1);
  auto* command = group->add_subcommand(
      "install", "put a certificate and key of your own in place; TLSA records go first");
  command->add_option("CERT", options->certificate, "the chain in PEM, the server's own certificate first")
      ->required();
  command->add_option("KEY", options->key, "its private key in PEM")->required();
  command->add_option("--certificate", options->pair, "which one: mail, web")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_flag("--wait", options->wait, "stay until it is served everywhere");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return install(context, *options); }; });
}

}  // namespace scop::command
