#include "signer/wiring.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/ascii.hpp"
#include "grant/keys.hpp"
#include "signer/limits.hpp"

namespace scop::signer {

namespace {

Outcome<std::string> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string content(limits::key_file_octets, '\0');
  in.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(in.gcount()));
  if (content.empty()) return failure(ErrorKind::unavailable, file.string() + " cannot be read");
  return content;
}

}  // namespace

Outcome<std::string> read_grant_key(const std::filesystem::path& mesh_folder) {
  const auto file = mesh_folder / "grant.pub";
  const auto content = read_file(file);
  if (!content) return std::unexpected(content.error());
  auto key = grant::public_key_from_file(*content);
  if (!key) return failure(key.error().kind, file.string() + ": " + key.error().what);
  return key;
}

dkim::SigningPolicy policy_of(const settings::Signer& settings) {
  dkim::SigningPolicy policy;
  for (const auto& name : settings.oversign) {
    const auto same = [&](const std::string& other) { return ascii::equals_ignoring_case(name, other); };
    std::erase_if(policy.signed_where_present, same);
    if (std::ranges::none_of(policy.oversigned, same)) policy.oversigned.push_back(name);
  }
  if (settings.lifetime.count() > 0) policy.lifetime = settings.lifetime;
  return policy;
}

Outcome<std::optional<Primary>> primary_of(const settings::Signer& settings) {
  if (settings.primary.empty()) return std::nullopt;
  const auto endpoint = net::parse_endpoint(settings.primary);
  if (!endpoint) return std::unexpected(endpoint.error());
  auto content = read_file(settings.tsig_key_file);
  if (!content) return std::unexpected(content.error());
  const Secret secret(std::move(*content));
  auto key = dns_update::parse_tsig_key(secret.reveal(), settings.tsig_name);
  if (!key) return failure(key.error().kind, settings.tsig_key_file.string() + ": " + key.error().what);
  return Primary{{*endpoint, std::move(*key)}, settings.zone, settings.ttl};
}

Outcome<std::vector<net::Endpoint>> watched_of(const settings::Signer& settings) {
  std::vector<net::Endpoint> watched;
  for (const auto& text : settings.name_servers) {
    const auto endpoint = net::parse_endpoint(text);
    if (!endpoint) return failure(endpoint.error().kind, "[signer] name_servers: " + endpoint.error().what);
    watched.push_back(*endpoint);
  }
  return watched;
}

KeeperSettings keeper_settings(const settings::Signer& settings, std::filesystem::path folder) {
  return {.folder = std::move(folder),
          .schedule = {.rotate_every = settings.rotate_every,
                       .keep = settings.keep,
                       .retire_for = settings.retire_for},
          .margin = settings.margin,
          .ttl = std::chrono::seconds(settings.ttl)};
}

}  // namespace scop::signer
