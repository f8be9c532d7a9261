// scop dns show: the records the world must find.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>

#include "core/ascii.hpp"
#include "dns/domain.hpp"
#include "scop/command.hpp"
#include "scop/dns_print.hpp"
#include "scop/instance.hpp"
#include "settings/submission.hpp"

namespace scop::command {

namespace {

struct Options {
  std::string domain;
  std::vector<std::string> addresses;
  bool zone = false;
};

constexpr std::chrono::seconds patience{3};

std::uint16_t port_of(const std::vector<std::string>& endpoints, std::uint16_t otherwise) {
  if (endpoints.empty()) return otherwise;
  const auto port =
      ascii::parse_unsigned(std::string_view(endpoints.front()).substr(endpoints.front().rfind(':') + 1));
  return port && *port > 0 && *port <= 65'535 ? static_cast<std::uint16_t>(*port) : otherwise;
}

// What the host's name resolves to now, asked of the mesh's own resolver; nothing where that cannot be asked.
std::vector<std::string> addresses_of(const Instance& instance) {
  std::vector<std::string> found;
  for (const auto& [type, family, length] : {std::tuple{1U, AF_INET, 4U}, std::tuple{28U, AF_INET6, 16U}}) {
    v1::Question question;
    question.set_name(instance.mesh().host);
    question.set_type(type);
    const auto answer = instance.call("resolver", pipe::methods::lookup, question, patience);
    if (!answer) return found;
    for (const auto& record : answer->records()) {
      std::array<char, INET6_ADDRSTRLEN> text{};
      if (record.size() == length && inet_ntop(family, record.data(), text.data(), text.size()) != nullptr) {
        found.emplace_back(text.data());
      }
    }
  }
  return found;
}

// From the signer, or from its folder for who may read there.
std::vector<PublicKey> keys_of(const Context& context, const Instance& instance, const std::string& domain) {
  v1::KeysRequest request;
  request.set_domain(domain);
  const auto list = instance.call("signer", pipe::methods::list_keys, request, patience);
  if (!list) {
    auto keys = read_public_keys(instance.mesh().folder, domain);
    if (keys) return std::move(*keys);
    context.terminal.problem(fmt::format("no DKIM keys can be shown: the signer does not answer ({}), and {}",
                                         list.error().message, keys.error().what));
    return {};
  }
  std::vector<PublicKey> keys;
  for (const auto& key : list->keys()) {
    if (key.record().empty()) continue;  // not made yet, or to be removed
    keys.push_back({.domain = key.domain(),
                    .selector = key.selector(),
                    .algorithm = key.algorithm(),
                    .record = key.record(),
                    .published = key.published()});
  }
  return keys;
}

int show(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto submission = settings::read_submission(instance->document());
  const auto domain = options.domain.empty() ? instance->mesh().domain
                                             : dns::to_a_labels(options.domain).value_or(options.domain);
  const auto records =
      dns_records({.domain = domain,
                   .host = instance->mesh().host,
                   .addresses = options.addresses.empty() ? addresses_of(*instance) : options.addresses,
                   .submission_port = port_of(submission.listen, 587),
                   .submissions_port = port_of(submission.listen_tls, 465),
                   .keys = keys_of(context, *instance, domain)});
  if (context.json) {
    print_json(json::object{{"domain", json_text(domain)}, {"records", to_json(records)}});
  } else if (options.zone) {
    print_zone(records);
  } else {
    std::vector<std::vector<std::string>> rows;
    for (const auto& record : records) {
      rows.push_back(
          {record.name, record.type,
           context.terminal.paint(record.is_placeholder ? Colour::yellow : Colour::none, record.value),
           context.terminal.paint(Colour::dim, record.reason)});
    }
    context.terminal.table({"NAME", "TYPE", "VALUE", "WHY"}, rows);
  }
  return good;
}

}  // namespace

void declare_dns(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* dns = app.add_subcommand("dns", "what the world must find in the DNS")->require_subcommand(1);
  auto* command = dns->add_subcommand("show", "every record to publish, with its reason");
  command->add_option("--domain", options->domain, "default: the mesh's own");
  command
      ->add_option("--address", options->addresses,
                   "the mail host's public address; default: what its name resolves to")
      ->type_name("IP");
  command->add_flag("--zone", options->zone, "as lines of a zone file");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return show(context, *options); }; });
}

}  // namespace scop::command
