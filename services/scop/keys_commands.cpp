// scop keys: the DKIM keys. The signer alone reads the private halves; `make` writes a new one for it, as
// root.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "dns/domain.hpp"
#include "scop/command.hpp"
#include "scop/dns_print.hpp"
#include "scop/instance.hpp"
#include "scop/layout.hpp"
#include "scop/process_file.hpp"

namespace scop::command {

namespace {

namespace methods = pipe::methods;

struct Options {
  std::string domain;
  std::string type = "both";
  unsigned bits = 2048;
};

template <class List>
int print(const Context& context, const List& list) {
  json::array keys;
  std::vector<std::vector<std::string>> rows;
  for (const auto& key : list.keys()) {
    keys.push_back(json::object{{"domain", json_text(key.domain())},
                                {"selector", json_text(key.selector())},
                                {"algorithm", json_text(key.algorithm())},
                                {"published", json_text(key.published())},
                                {"record", json_text(key.record())}});
    const bool is_published = key.published().starts_with("yes");
    rows.push_back(
        {shown(key.domain()), shown(key.selector()), shown(key.algorithm()),
         context.terminal.paint(is_published ? Colour::green : Colour::yellow, shown(key.published())),
         shown(key.record())});
  }
  if (context.json) {
    print_json(json::object{{"keys", std::move(keys)}});
  } else {
    context.terminal.table({"DOMAIN", "SELECTOR", "ALGORITHM", "PUBLISHED", "RECORD"}, rows);
  }
  return good;
}

template <class Response>
int ask(const Context& context, const pipe::Method<v1::KeysRequest, Response>& method,
        const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  v1::KeysRequest request;
  request.set_domain(dns::to_a_labels(options.domain).value_or(options.domain));
  const auto list = instance->call("signer", method, request, std::chrono::seconds(60));
  if (!list) return report(context, "signer", *instance, list.error());
  return print(context, *list);
}

Outcome<PublicKey> make_one(Layout& layout, const std::string& domain, dkim::KeyType type, unsigned bits) {
  std::vector<std::string> taken;
  auto known = read_public_keys(layout.folder(), domain);
  if (!known && known.error().kind != ErrorKind::not_found) return std::unexpected(known.error());
  if (known) {
    for (const auto& key : *known) taken.push_back(key.selector);
  }
  const auto key = dkim::DkimKey::generate(type, bits);
  if (!key) return std::unexpected(key.error());
  const auto selector = new_selector(type, now(), taken);
  auto done = layout.write(key_file(domain, selector, type), key->to_pem().reveal(), 0600, "signer");
  if (!done) return std::unexpected(done.error());
  return PublicKey{.domain = domain,
                   .selector = selector,
                   .algorithm = std::string(dkim::name_of(key->algorithm())),
                   .record = key->record(),
                   .published = {}};
}

Outcome<std::vector<PublicKey>> make_keys(Layout& layout, const Options& options) {
  const auto read = dns::to_a_labels(options.domain);
  if (!read) return failure(ErrorKind::malformed, "\"" + shown(options.domain) + "\" is no domain name");
  const auto& domain = *read;
  if (auto done = layout.make_folder("signer/state/keys", 0700, "signer"); !done)
    return std::unexpected(done.error());
  if (auto done = layout.make_folder(key_folder(domain), 0700, "signer"); !done)
    return std::unexpected(done.error());
  std::vector<PublicKey> keys;
  for (const auto type : {dkim::KeyType::rsa, dkim::KeyType::ed25519}) {
    if (options.type != "both" && options.type != dkim::name_of(type)) continue;
    auto key = make_one(layout, domain, type, options.bits);
    if (!key) return std::unexpected(key.error());
    keys.push_back(std::move(*key));
  }
  return keys;
}

int make(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  Layout layout(instance->mesh().folder, instance->mesh().user_base);
  const auto keys = make_keys(layout, options);
  if (!keys) {
    context.terminal.problem(keys.error().what);
    return declined;
  }
  layout.keep();
  const bool woken = wake(instance->mesh().folder, "signer");
  std::vector<DnsRecord> records;
  for (const auto& key : *keys) {
    records.push_back({key.selector + "._domainkey." + key.domain, "TXT", key.record,
                       fmt::format("DKIM (RFC 6376): the public key of our {} signatures", key.algorithm)});
  }
  if (context.json) {
    print_json(json::object{{"records", to_json(records)}, {"signer_reads_it", woken}});
    return good;
  }
  print_records(context, records);
  context.terminal.line(
      woken ? "The signer uses them from now on: publish them at once, where no primary is configured."
            : "The signer uses them from its next start, or SIGHUP, on.");
  return good;
}

}  // namespace

void declare_keys(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* keys = app.add_subcommand("keys", "DKIM keys")->require_subcommand(1);
  const auto declare = [&](const char* name, const char* what, auto run) {
    auto* command = keys->add_subcommand(name, what);
    command->add_option("domain", options->domain, "default: all");
    command->callback([&context, options, run] {
      context.chosen = [&context, options, run] { return run(context, *options); };
    });
  };
  declare("list", "every key, its record, and whether it is published",
          [](const Context& one, const Options& with) { return ask(one, methods::list_keys, with); });
  declare("publish", "publish at the primary now (RFC 2136)",
          [](const Context& one, const Options& with) { return ask(one, methods::publish_keys, with); });
  auto* command = keys->add_subcommand(
      "make", "make new keys for a domain; the old ones go on signing until their files are removed");
  command->add_option("domain", options->domain)->required();
  command->add_option("--type", options->type)
      ->check(CLI::IsMember({"both", "rsa", "ed25519"}))
      ->capture_default_str();
  command->add_option("--bits", options->bits, "of an RSA key")
      ->check(CLI::Range(1024, 4096))
      ->capture_default_str();
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return make(context, *options); }; });
}

}  // namespace scop::command
