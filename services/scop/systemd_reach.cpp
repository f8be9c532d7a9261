#include "scop/systemd_reach.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "net/endpoint.hpp"
#include "settings/courier.hpp"
#include "settings/receiver.hpp"
#include "settings/relay.hpp"
#include "settings/resolver.hpp"
#include "settings/signer.hpp"
#include "settings/spamfilter.hpp"
#include "settings/submission.hpp"
#include "settings/web.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

constexpr std::uint64_t mib = 1ULL << 20U;
constexpr std::string_view any = "any";

template <class T>
void add(std::vector<T>& values, T value) {
  if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
}

void add_host(Reach& reach, const std::string& endpoint) {
  const auto parsed = net::parse_endpoint(endpoint);
  if (!parsed) return;  // the daemon says so itself
  add(reach.addresses,
      parsed->address().is_loopback() ? std::string("localhost") : parsed->address().to_string());
}

void add_listen(Reach& reach, const std::string& endpoint, std::string_view protocol = "tcp") {
  const auto parsed = net::parse_endpoint(endpoint);
  if (!parsed) return;
  add(reach.listens, fmt::format("{}:{}", protocol, parsed->port()));
  reach.has_low_ports = reach.has_low_ports || parsed->port() < 1024;
  // Who calls from another host is not known here.
  if (!parsed->address().is_loopback()) add(reach.addresses, std::string(any));
}

void add_read(Reach& reach, const std::filesystem::path& path) {
  if (!path.empty()) add(reach.read, path);
}

// A file's folder: what replaces the file is seen as well.
void add_folder_of(Reach& reach, const std::filesystem::path& file) {
  if (!file.empty()) add(reach.read, file.parent_path());
}

void add_public(Reach& reach, const settings::PublicServer& server) {
  add(reach.addresses, std::string(any));
  add_folder_of(reach, server.certificate);
  add_folder_of(reach, server.key);
  reach.memory += server.message_memory * 2 + server.connections * (64U << 10U);
  reach.open_files = server.connections * 2 + 1024;
}

void add_submission(Reach& reach, const config::Document& document) {
  const auto settings = settings::read_submission(document);
  add_public(reach, settings);
  for (const auto* list : {&settings.listen, &settings.listen_tls})
    for (const auto& endpoint : *list) add_listen(reach, endpoint);
}

void add_receiver(Reach& reach, const config::Document& document) {
  const auto settings = settings::read_receiver(document);
  add_public(reach, settings);
  for (const auto& endpoint : settings.listen) add_listen(reach, endpoint);
}

void add_web(Reach& reach, const config::Document& document, const settings::Mesh& mesh) {
  const auto settings = settings::read_web(document, mesh.host);
  for (const auto* list : {&settings.listen, &settings.listen_http})
    for (const auto& endpoint : *list) add_listen(reach, endpoint);
  for (const auto& pair : settings.pairs) {
    add_folder_of(reach, pair.certificate);
    add_folder_of(reach, pair.key);
  }
  reach.memory += settings.connections * (256U << 10U);
  reach.open_files = settings.connections + 1024;
}

void add_relay(Reach& reach, const config::Document& document) {
  const auto settings = settings::read_relay(document);
  add(reach.write, settings.mail_folder);
  for (const auto& route : settings.lmtp) {
    if (route.port == 0) {
      add_folder_of(reach, route.path);
    } else {
      add_host(reach, route.text());
    }
  }
  reach.memory += 512 * mib;
}

void add_courier(Reach& reach, const config::Document& document, const settings::Mesh& mesh) {
  const auto settings = settings::read_courier(document, mesh.host);
  add(reach.addresses, std::string(any));
  add_read(reach, settings.authorities);
  for (const auto& route : settings.routes) add_folder_of(reach, route.credentials_file);
  reach.memory += settings.connections * mib;
}

void add_resolver(Reach& reach, const config::Document& document) {
  const auto settings = settings::read_resolver(document);
  add(reach.addresses, std::string(any));
  for (const auto& endpoint : settings.listen) {
    add_listen(reach, endpoint);
    add_listen(reach, endpoint, "udp");
  }
  for (const auto& file : {settings.authorities, settings.trust_anchor_file, settings.root_hints})
    add_read(reach, file);
  reach.memory += settings.cache * 4;
}

void add_signer(Reach& reach, const config::Document& document) {
  const auto settings = settings::read_signer(document);
  if (!settings.primary.empty()) add_host(reach, settings.primary);
  for (const auto& server : settings.name_servers) add_host(reach, server);
  add_folder_of(reach, settings.tsig_key_file);
}

void add_spamfilter(Reach& reach, const config::Document& document) {
  const auto settings = settings::read_spamfilter(document);
  if (settings.clamd.starts_with('/')) {
    add_folder_of(reach, settings.clamd);
  } else if (!settings.clamd.empty()) {
    add_host(reach, settings.clamd);
  }
  for (const auto& endpoint : settings.http_listen) add_listen(reach, endpoint);
  constexpr std::uint64_t octets_per_feature = 96;
  // Keeper and judge, each with what it may allocate.
  reach.memory += 512 * mib + settings.message_memory + settings.most_features * octets_per_feature;
}

}  // namespace

Reach reach_of(std::string_view daemon, const config::Document& document, const settings::Mesh& mesh) {
  Reach reach{.memory = 768 * mib, .open_files = 8192};
  add_listen(reach, mesh.listen.find(daemon)->second);
  add_host(reach, mesh.listen.find(daemon)->second);  // its own health check comes from here
  for (const auto callee : topology::callees_of(daemon)) add_host(reach, mesh.dial.find(callee)->second);
  if (daemon == "submission") add_submission(reach, document);
  if (daemon == "receiver") add_receiver(reach, document);
  if (daemon == "web") add_web(reach, document, mesh);
  if (daemon == "relay") add_relay(reach, document);
  if (daemon == "courier") add_courier(reach, document, mesh);
  if (daemon == "resolver") add_resolver(reach, document);
  if (daemon == "signer") add_signer(reach, document);
  if (daemon == "spamfilter") add_spamfilter(reach, document);
  if (daemon == "verifier") reach.memory += 512 * mib;
  if (std::ranges::find(reach.addresses, any) != reach.addresses.end()) reach.addresses = {std::string(any)};
  return reach;
}

}  // namespace scop::command
