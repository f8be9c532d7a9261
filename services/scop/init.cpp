// scop init: from a domain's name to an instance that `scop up` can run. Checks first, cleans up when it
// fails.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>

#include "dns/domain.hpp"
#include "grant/keys.hpp"
#include "mesh_ca/certificate.hpp"
#include "scop/command.hpp"
#include "scop/configuration.hpp"
#include "scop/dkim_files.hpp"
#include "scop/dns_facts.hpp"
#include "scop/dns_print.hpp"
#include "scop/layout.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;

constexpr unsigned default_user_base = 64'100;

struct Options {
  Wanted wanted;
  std::vector<std::string> addresses;
  std::string mailbox_group;
};

bool is_address(const std::string& text) {
  std::array<unsigned char, 16> octets{};
  return inet_pton(AF_INET, text.c_str(), octets.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), octets.data()) == 1;
}

// All that can be known to be wrong before anything is made.
Outcome<> check(const Options& options, const Layout& layout) {
  for (const auto& address : options.addresses) {
    if (!is_address(address))
      return failure(ErrorKind::malformed, fmt::format("\"{}\" is no IP address", shown(address)));
  }
  std::error_code error;
  if (fs::exists(layout.folder(), error) && !fs::is_empty(layout.folder(), error)) {
    return failure(ErrorKind::conflict,
                   fmt::format("{} is not empty: an instance wants a folder of its own (--folder)",
                               layout.folder().string()));
  }
  const auto parent = fs::absolute(layout.folder()).parent_path();
  if (!fs::is_directory(parent, error)) {
    return failure(ErrorKind::not_found, fmt::format("{} does not exist: make it first", parent.string()));
  }
  if (options.wanted.user_base != 0 && ::geteuid() != 0) {
    return failure(ErrorKind::denied, "--user-base needs root: only root can give folders to other users");
  }
  return layout.check_reachable();
}

Outcome<> make_identities(Layout& layout, const std::string& domain) {
  const auto ca = mesh_ca::make_ca(domain, now());
  if (!ca) return std::unexpected(ca.error());
  if (auto done = layout.make_folder("mesh", 0755); !done) return done;
  if (auto done = layout.write("mesh/ca.pem", ca->certificate, 0644); !done) return done;
  if (auto done = layout.write("mesh/ca.key", ca->key.reveal(), 0600); !done) return done;
  for (const auto& daemon : topology::daemons()) {
    if (auto done = layout.make_folders_of(daemon.name, daemon.is_daemon); !done) return done;
    const auto leaf = mesh_ca::issue(*ca, domain, daemon.name, now());
    if (!leaf) return std::unexpected(leaf.error());
    const auto folder = fs::path(daemon.name) / "cert";
    if (auto done = layout.write(folder / "key.pem", leaf->key.reveal(), 0600, daemon.name); !done)
      return done;
    if (auto done = layout.write(folder / "cert.pem", leaf->certificate, 0644, daemon.name); !done)
      return done;
  }
  return {};
}

// The mailbox server's own processes ask with this key.
Outcome<> share_mailbox_key(Layout& layout, const std::string& group) {
  if (group.empty()) return {};
  const auto number = group_of(group);
  if (!number) return std::unexpected(number.error());
  return layout.share("mailbox", *number);
}

Outcome<> make_grant_keys(Layout& layout) {
  const auto keys = grant::make_keys();
  if (auto done = layout.write("accounts/state/grant.key", grant::to_file(keys.secret_key).reveal(), 0600,
                               "accounts");
      !done)
    return done;
  return layout.write("mesh/grant.pub", grant::to_file(keys.public_key), 0644);
}

Outcome<> make_public_certificate(Layout& layout, const Options& options) {
  const auto pair = mesh_ca::make_self_signed(options.wanted.host, options.addresses, now());
  if (!pair) return std::unexpected(pair.error());
  if (auto done = layout.make_folder("tls", 0755); !done) return done;
  // A copy for each daemon that serves it: a file has one owner, and nobody else may read it.
  if (auto done = layout.write("tls/key.pem", pair->key.reveal(), 0600, "submission"); !done) return done;
  if (auto done = layout.write("tls/receiver-key.pem", pair->key.reveal(), 0600, "receiver"); !done)
    return done;
  return layout.write("tls/cert.pem", pair->certificate, 0644);
}

// A pair of its own: other names than the mail host's, and a key that only the web daemon reads.
Outcome<> make_web_certificate(Layout& layout, const Options& options) {
  const auto& domain = options.wanted.domain;
  const std::vector names{"mta-sts." + domain, "autoconfig." + domain, "autodiscover." + domain, domain,
                          options.wanted.host};
  const auto pair = mesh_ca::make_self_signed(names, options.addresses, now());
  if (!pair) return std::unexpected(pair.error());
  if (auto done = layout.write("tls/web-key.pem", pair->key.reveal(), 0600, "web"); !done) return done;
  return layout.write("tls/web-cert.pem", pair->certificate, 0644);
}

Outcome<std::vector<PublicKey>> make_dkim_keys(Layout& layout, const std::string& domain) {
  if (auto done = layout.make_folder("signer/state/keys", 0700, "signer"); !done)
    return std::unexpected(done.error());
  if (auto done = layout.make_folder(key_folder(domain), 0700, "signer"); !done)
    return std::unexpected(done.error());
  std::vector<PublicKey> keys;
  for (const auto type : {dkim::KeyType::rsa, dkim::KeyType::ed25519}) {
    const auto key = dkim::DkimKey::generate(type);
    if (!key) return std::unexpected(key.error());
    const auto selector = new_selector(layout.folder(), domain, type, now());
    auto done = layout.write(key_file(domain, selector, type), key->to_pem().reveal(), 0600, "signer");
    if (!done) return std::unexpected(done.error());
    keys.push_back({.domain = domain,
                    .selector = selector,
                    .algorithm = std::string(dkim::name_of(key->algorithm())),
                    .record = key->record(),
                    .published = {}});
  }
  return keys;
}

Outcome<std::vector<PublicKey>> make_all(Layout& layout, const Options& options) {
  if (auto done = layout.make_folder({}, 0755); !done) return std::unexpected(done.error());
  if (auto done = make_identities(layout, options.wanted.domain); !done) return std::unexpected(done.error());
  if (auto done = share_mailbox_key(layout, options.mailbox_group); !done)
    return std::unexpected(done.error());
  if (auto done = make_grant_keys(layout); !done) return std::unexpected(done.error());
  if (auto done = make_public_certificate(layout, options); !done) return std::unexpected(done.error());
  if (auto done = make_web_certificate(layout, options); !done) return std::unexpected(done.error());
  auto keys = make_dkim_keys(layout, options.wanted.domain);
  if (!keys) return keys;
  if (auto done = layout.make_folder("log", 0700); !done) return std::unexpected(done.error());
  if (auto done = layout.make_folder("run", 0755); !done) return std::unexpected(done.error());
  // Last: a folder with a scop.toml is whole.
  if (auto done = layout.write("scop.toml", configuration_text(options.wanted), 0644); !done)
    return std::unexpected(done.error());
  return keys;
}

void tell(const Context& context, const Options& options,
          const std::vector<domain_records::Record>& records) {
  const auto file = context.config.string();
  if (context.json) {
    print_json(json::object{{"config", json_text(file)},
                            {"domain", json_text(options.wanted.domain)},
                            {"host", json_text(options.wanted.host)},
                            {"user_base", options.wanted.user_base},
                            {"records", to_json(records)}});
    return;
  }
  const auto& terminal = context.terminal;
  terminal.line(terminal.paint(
      Colour::bold, fmt::format("{} is an instance for {} now.", context.config.parent_path().string(),
                                options.wanted.domain)));
  terminal.line("\n" + terminal.paint(Colour::bold, "Publish these records (again: scop dns show):"));
  print_records(context, records);
  if (!options.addresses.empty()) {
    terminal.line(terminal.paint(
        Colour::dim,
        "; and ask who gave you the address for a reverse record (PTR): many refuse mail without"));
    for (const auto& address : options.addresses)
      terminal.line(fmt::format("; {} PTR {}.", address, options.wanted.host));
  }
  terminal.line("\n" + terminal.paint(Colour::bold, "Next:"));
  terminal.line(fmt::format(
      "  scop --config {} up                  the whole mesh in the foreground\n"
      "  scop --config {} user add ann@{}\n"
      "  scop --config {} check               what is wrong, if something is\n"
      "The public certificate {} is self-signed: good for a trial, not for the world.\n"
      "Keep {} away from the daemons' machine once all runs: whoever has it can be any daemon.",
      file, file, options.wanted.domain, file, (context.config.parent_path() / "tls/cert.pem").string(),
      (context.config.parent_path() / "mesh/ca.key").string()));
}

int init(Context& context, Options options) {
  const auto folder = context.config.parent_path().empty() ? fs::path(".") : context.config.parent_path();
  if (context.config.filename() != "scop.toml") {
    context.terminal.problem(
        "an instance's configuration is called scop.toml: name its folder with --folder");
    return wrong_usage;
  }
  options.wanted.addresses = options.addresses;
  if (options.wanted.host.empty()) options.wanted.host = "mail." + options.wanted.domain;
  for (auto* name : {&options.wanted.domain, &options.wanted.host}) {
    auto domain = dns::to_a_labels(*name);
    if (!domain || domain->contains('_')) {
      context.terminal.problem(fmt::format("\"{}\" is no domain name such as example.org", shown(*name)));
      return wrong_usage;
    }
    *name = std::move(*domain);
  }
  Layout layout(folder, options.wanted.user_base);
  if (const auto fits = check(options, layout); !fits) {
    context.terminal.problem(fits.error().what);
    return wrong_usage;
  }
  const auto made = make_all(layout, options);
  if (!made) {
    context.terminal.problem(made.error().what + "; what was made has been removed again");
    return declined;
  }
  layout.keep();
  const auto instance = Instance::open(context);
  const auto facts = instance
                         ? facts_of(context, *instance,
                                    {.domain = options.wanted.domain, .addresses = {}, .asks_daemons = false})
                         : std::nullopt;
  const auto records = facts ? records_of(context, *facts) : std::nullopt;
  if (!records) return declined;  // why has been said
  tell(context, options, *records);
  return good;
}

}  // namespace

void declare_init(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto& wanted = options->wanted;
  wanted.user_base = ::geteuid() == 0 ? default_user_base : 0;
  auto* command = app.add_subcommand(
      "init", "make an instance: configuration, certificates, keys; and say what to publish");
  command->add_option("--domain", wanted.domain, "the domain whose mail it is")->required();
  command->add_option("--host", wanted.host, "the mail host's public name; default: mail.DOMAIN")
      ->type_name("NAME");
  command->add_option("--address", options->addresses, "the mail host's public IP address; may be repeated")
      ->type_name("IP");
  command
      ->add_option("--user-base", wanted.user_base,
                   "as root: daemons run as user and group N + 1, N + 2 …; 0: as root, without capabilities")
      ->type_name("N")
      ->check(CLI::Range(0U, 2'000'000'000U))
      ->capture_default_str();
  command
      ->add_option("--mailbox-group", options->mailbox_group,
                   "a group that may use the mailbox server's key: its processes' (see scop dovecot)")
      ->type_name("GROUP");
  command->add_option("--base-port", wanted.base_port, "the pipes' ports are N + 1, N + 2 … on 127.0.0.1")
      ->type_name("N")
      ->check(CLI::Range(1, 65'000))
      ->capture_default_str();
  command->add_option("--receiver-port", wanted.receiver_port, "where the world's mail comes in")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--submission-port", wanted.submission_port, "with STARTTLS")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--submissions-port", wanted.submissions_port, "with TLS from the start")
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option(
          "--web-port", wanted.web_port,
          "where MTA-STS policy and settings for mail programs are served over HTTPS: 443; 0: nowhere")
      ->type_name("N")
      ->capture_default_str();
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return init(context, *options); }; });
}

}  // namespace scop::command
