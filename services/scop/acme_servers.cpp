#include "scop/acme_servers.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"
#include "dns/name.hpp"
#include "files/descriptor.hpp"
#include "scop/waiting_for.hpp"

namespace scop::command::acme {

namespace {

constexpr std::chrono::seconds patience{10};
constexpr std::uint64_t most_key_file = 16U << 10U;
constexpr std::uint64_t most_resolv_conf = 64U << 10U;

Outcome<primary::Server> server_at(const std::string& text) {
  const auto endpoint = net::parse_endpoint(text);
  if (!endpoint) return std::unexpected(endpoint.error());
  return primary::Server{.endpoint = *endpoint, .key = std::nullopt};
}

Outcome<dns_update::TsigKey> read_key(const std::filesystem::path& file, std::string_view name) {
  auto text = files::read_whole(file, most_key_file);
  if (!text) return std::unexpected(text.error());
  const Secret content(std::move(*text));
  auto key = dns_update::parse_tsig_key(content.reveal(), name);
  if (!key) key.error().what = fmt::format("{}: {}", file.string(), key.error().what);
  return key;
}

// resolv.conf(5)
std::vector<primary::Server> system_resolvers() {
  std::vector<primary::Server> servers;
  const auto text = files::read_whole("/etc/resolv.conf", most_resolv_conf);
  for (const auto line : ascii::split(text ? std::string_view(*text) : std::string_view(), '\n')) {
    if (!line.starts_with("nameserver") || servers.size() == 3) continue;
    const auto address = ascii::trim(line.substr(std::string_view("nameserver").size()));
    boost::system::error_code error;
    const auto parsed = asio::ip::make_address(std::string(address), error);
    if (!error) servers.push_back({.endpoint = {parsed, 53}, .key = std::nullopt});
  }
  return servers;
}

Outcome<dns_update::Reply> ask_one(const primary::Server& server, const std::string& name, dns::Type type,
                                   bool recursive) {
  const dns_update::Query query{.question = {.name = name, .type = type}, .recursion_desired = recursive};
  auto reply = waiting_for<dns_update::Reply>(
      [&](Executor executor) { return primary::query(executor, server, query, in(patience)); });
  const auto where = net::to_text(server.endpoint);
  if (!reply) {
    reply.error().what = fmt::format("DNS server {}: {}", where, reply.error().what);
    return reply;
  }
  if (reply->rcode != dns::Rcode::no_error && reply->rcode != dns::Rcode::nx_domain) {
    return failure(ErrorKind::unavailable,
                   fmt::format("DNS server {} says {} to {}", where,
                               dns_update::name_of_rcode(static_cast<unsigned>(reply->rcode)), name));
  }
  return reply;
}

}  // namespace

Outcome<Servers> Servers::open(const World& world, const std::filesystem::path& key_file,
                               std::string_view key_name) {
  Servers servers;
  if (!world.acme.primary.empty()) {
    auto primary = server_at(world.acme.primary);
    if (!primary) return std::unexpected(primary.error());
    servers.primary_ = std::move(*primary);
    if (!key_file.empty()) {
      auto key = read_key(key_file, key_name);
      if (!key) return std::unexpected(key.error());
      servers.primary_->key = std::move(*key);
    }
  }
  for (const auto& secondary : world.acme.secondaries) {
    auto server = server_at(secondary);
    if (!server) return std::unexpected(server.error());
    servers.others_.push_back(std::move(*server));
  }
  if (!servers.primary_ && servers.others_.empty()) {
    servers.others_ = system_resolvers();
    servers.recursive_ = true;
    if (servers.others_.empty())
      return failure(ErrorKind::not_found, "no DNS server to ask: set [dns] primary, or [acme] secondaries");
  }
  return servers;
}

Outcome<dns_update::Reply> Servers::ask(const std::string& name, dns::Type type) const {
  return ask_one(primary_ ? *primary_ : others_.front(), name, type, recursive_);
}

Outcome<std::vector<dns_update::Reply>> Servers::ask_all(const std::string& name, dns::Type type) const {
  std::vector<dns_update::Reply> replies;
  const auto add = [&](const primary::Server& server) -> Outcome<> {
    auto reply = ask_one(server, name, type, recursive_);
    if (!reply) return std::unexpected(reply.error());
    replies.push_back(std::move(*reply));
    return {};
  };
  if (primary_) {
    if (auto added = add(*primary_); !added) return std::unexpected(added.error());
  }
  for (const auto& server : others_) {
    if (auto added = add(server); !added) return std::unexpected(added.error());
  }
  return replies;
}

// The longest suffix that the primary has an SOA record for.
Outcome<std::string> Servers::zone_of(const std::string& name) const {
  for (std::string_view rest = name; !rest.empty();) {
    const auto reply = ask_one(*primary_, std::string(rest), dns::Type::soa, false);
    // A server that is not asked for what is above its zone refuses; so the search ends there.
    if (!reply) return std::unexpected(reply.error());
    // An alias's target may be a zone; the alias is none.
    const bool is_itself = reply->canonical_name == dns::canonical_text(rest);
    if (!reply->records.empty() && reply->authoritative && is_itself) return std::string(rest);
    const auto dot = rest.find('.');
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  }
  return failure(ErrorKind::not_found,
                 fmt::format("the primary {} has no zone for {}", net::to_text(primary_->endpoint), name));
}

Outcome<> Servers::update(const std::string& name, std::vector<dns_update::Change> changes) const {
  if (!can_update())
    return failure(ErrorKind::denied,
                   "no primary and TSIG key for updates: see [acme] primary and tsig_key_file");
  const auto zone = zone_of(name);
  if (!zone) return std::unexpected(zone.error());
  const dns_update::Update update{.zone = *zone, .prerequisites = {}, .changes = std::move(changes)};
  const auto rcode = waiting_for<unsigned>(
      [&](Executor executor) { return primary::update(executor, *primary_, update, in(patience)); });
  if (!rcode) return std::unexpected(rcode.error());
  if (*rcode == 0) return {};
  return failure(ErrorKind::denied, fmt::format("updating {}: {}", name, primary::explain(*rcode, *zone)));
}

}  // namespace scop::command::acme
