#include "risk/assets.hpp"

#include <fmt/format.h>

#include "topology/topology.hpp"

namespace scop::risk {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view until_replaced = "until it is replaced";

void add_pipe_keys(const Settings& settings, std::vector<Asset>& assets) {
  for (const auto& identity : topology::daemons()) {
    assets.push_back(
        {.id = "pipe key",
         .what = "key of the pipe identity",
         .holder = std::string(identity.is_daemon            ? identity.name
                               : identity.name == "operator" ? administrator
                                                             : identity.name),
         .path = settings::certificate_folder(settings.mesh, identity.name) / "key.pem",
         .is_secret = true,
         .data = {},
         .if_lost = fmt::format("be {} towards the mesh until the certificate ends (30 days)", identity.name),
         .how_long = "until `scop certs renew --new-keys`"});
  }
}

void add_administrators(const Settings& settings, std::vector<Asset>& assets) {
  const auto& folder = settings.mesh.folder;
  assets.push_back({.id = "mesh ca key",
                    .what = "private key of the mesh CA",
                    .holder = std::string(administrator),
                    .path = folder / "mesh/ca.key",
                    .is_secret = true,
                    .data = {},
                    .if_lost = "issue itself the certificate of any daemon, and of the operator",
                    .how_long = "as long as it lies there"});
  if (!settings.dns.tsig_key_file.empty())
    assets.push_back(
        {.id = "operator's tsig key",
         .what = "TSIG key of `scop dns publish`",
         .holder = std::string(administrator),
         .path = settings.dns.tsig_key_file,
         .is_secret = true,
         .data = {},
         .if_lost = "change MX, SPF, DMARC and TLSA records, as far as the primary's policy goes",
         .how_long = std::string(until_replaced)});
  if (!settings.acme.enabled) return;
  assets.push_back({.id = "acme",
                    .what = "ACME account, keys of certificates in hand",
                    .holder = "acme",
                    .path = folder / "acme",
                    .is_secret = true,
                    .data = {},
                    .if_lost = "have certificates issued for our names; pose as our public ports",
                    .how_long = std::string(until_replaced)});
}

void add_public_keys(const Settings& settings, std::vector<Asset>& assets) {
  const auto add = [&](std::string_view holder, const fs::path& path, std::string_view names) {
    assets.push_back({.id = "public tls key",
                      .what = fmt::format("TLS key of the public ports ({})", names),
                      .holder = std::string(holder),
                      .path = path,
                      .is_secret = true,
                      .data = {},
                      .if_lost = fmt::format("pose as {} to whoever it can divert", names),
                      .how_long = std::string(until_replaced)});
  };
  add("submission", settings.submission.key, settings.mesh.host);
  add("receiver", settings.receiver.key, settings.mesh.host);
  if (settings.web.listen.empty()) return;
  for (const auto& pair : settings.web.pairs) add("web", pair.key, "mta-sts. and autoconfig. names");
}

void add_accounts(const Settings& settings, std::vector<Asset>& assets) {
  const auto state = settings::state_folder(settings.mesh, "accounts");
  assets.push_back({.id = "credential database",
                    .what = "users, aliases, password hashes",
                    .holder = "accounts",
                    .path = state,
                    .is_secret = true,
                    .data = Data::addresses | Data::credentials,
                    .if_lost = fmt::format("guess chosen passwords offline, each try {} MB of argon2id; app "
                                           "passwords cannot be guessed",
                                           settings.accounts.argon2_memory >> 20U),
                    .how_long = "until the user or alias is removed"});
  assets.push_back({.id = "grant key",
                    .what = "secret key that signs logins",
                    .holder = "accounts",
                    .path = state / "grant.key",
                    .is_secret = true,
                    .data = {},
                    .if_lost =
                        "write grants of its own: whoever can also call the signer as submission sends as "
                        "anyone",
                    .how_long = std::string(until_replaced)});
  assets.push_back({.id = "password cache",
                    .what = "keyed hashes of passwords that were right",
                    .holder = "accounts",
                    .path = {},
                    .is_secret = true,
                    .data = Data::credentials,
                    .if_lost = "guess recent passwords at the price of one hash each",
                    .how_long = settings.accounts.verified_cache.count() == 0
                                    ? "not kept"
                                    : text_of(settings.accounts.verified_cache) + ", in memory"});
}

void add_signer(const Settings& settings, std::vector<Asset>& assets) {
  assets.push_back({.id = "dkim keys",
                    .what = "DKIM private keys",
                    .holder = "signer",
                    .path = settings::state_folder(settings.mesh, "signer") / "keys",
                    .is_secret = true,
                    .data = {},
                    .if_lost =
                        "sign mail in our domains' names anywhere, until the keys are revoked and their "
                        "records' TTL is over",
                    .how_long = settings.signer.rotate_every.count() == 0
                                    ? "until `scop keys rotate`"
                                    : "replaced every " + text_of(settings.signer.rotate_every)});
  if (!settings.signer.tsig_key_file.empty())
    assets.push_back({.id = "signer's tsig key",
                      .what = "TSIG key for the DKIM records",
                      .holder = "signer",
                      .path = settings.signer.tsig_key_file,
                      .is_secret = true,
                      .data = {},
                      .if_lost = "publish DKIM keys of its own, as far as the primary's policy goes",
                      .how_long = std::string(until_replaced)});
}

void add_relay(const Settings& settings, std::vector<Asset>& assets) {
  const auto& relay = settings.relay;
  assets.push_back(
      {.id = "queue",
       .what = "the queue: messages, envelopes, ids of the last seven days, TLS results",
       .holder = "relay",
       .path = settings::state_folder(settings.mesh, "relay"),
       .is_secret = true,
       .data = Data::bodies | Data::contacts | Data::client_addresses | Data::report_data,
       .if_lost = "read what is queued",
       .how_long = fmt::format("until delivered, at most {}; TLS results 30 days", text_of(relay.expire))});
  const auto elsewhere = relay.lmtp.size() == 1 && relay.lmtp.front().domain == "*";
  if (elsewhere) return;
  assets.push_back({.id = "mailboxes",
                    .what = "the mailboxes (Maildir)",
                    .holder = "relay",
                    .path = relay.mail_folder,
                    .is_secret = true,
                    .data = Data::bodies | Data::contacts | Data::addresses,
                    .if_lost = "read all stored mail",
                    .how_long = "until the owner deletes it"});
}

void add_courier(const Settings& settings, std::vector<Asset>& assets) {
  for (const auto& route : settings.courier.routes) {
    if (route.credentials_file.empty()) continue;
    assets.push_back({.id = "smarthost credentials",
                      .what = fmt::format("login at {}", route.host),
                      .holder = "courier",
                      .path = route.credentials_file,
                      .is_secret = true,
                      .data = {},
                      .if_lost = "send through that host in our name",
                      .how_long = std::string(until_replaced)});
  }
  assets.push_back({.id = "courier's state",
                    .what = "MTA-STS policies of domains that mail went to",
                    .holder = "courier",
                    .path = settings::state_folder(settings.mesh, "courier"),
                    .is_secret = false,
                    .data = {},
                    .if_lost = "see which domains we write to",
                    .how_long = "their max_age, at most a year"});
}

void add_judges(const Settings& settings, std::vector<Asset>& assets) {
  assets.push_back({.id = "token counts",
                    .what = "what the filter has learnt; reputation of networks",
                    .holder = "spamfilter",
                    .path = settings::state_folder(settings.mesh, "spamfilter"),
                    .is_secret = false,
                    .data = Data::learnt_words | Data::client_addresses | Data::addresses,
                    .if_lost = "test whether words it guesses were learnt: the hash key lies beside them",
                    .how_long = fmt::format("words {} days since last seen; reputation halves every {}",
                                            settings.spamfilter.keep_days,
                                            text_of(settings.spamfilter.reputation_half_life))});
  assets.push_back(
      {.id = "report data",
       .what = "rows of DMARC reports",
       .holder = "verifier",
       .path = settings::state_folder(settings.mesh, "verifier"),
       .is_secret = false,
       .data = settings.verifier.reports ? DataSet(Data::report_data) | Data::client_addresses : DataSet(),
       .if_lost = "see which servers wrote in whose name",
       .how_long = settings.verifier.reports ? "a day until they are sent, then 30 days that they were"
                                             : "none are collected"});
}

void add_edges(const Settings& settings, std::vector<Asset>& assets) {
  if (settings.receiver.greylisting)
    assets.push_back(
        {.id = "greylist",
         .what = "greylisting's memory: network, sender, recipient",
         .holder = "receiver",
         .path = {},
         .is_secret = false,
         .data = Data::contacts | Data::client_addresses,
         .if_lost = "see who writes to whom",
         .how_long = text_of(settings.receiver.greylist_keep) + " since the last message, in memory"});
  assets.push_back({.id = "bans",
                    .what = "counters and bans of clients",
                    .holder = "receiver",
                    .path = {},
                    .is_secret = false,
                    .data = Data::client_addresses,
                    .if_lost = "see who connected of late",
                    .how_long = "at most " + text_of(settings.receiver.longest_ban) + ", in memory"});
}

void add_shared(const Settings& settings, std::vector<Asset>& assets) {
  assets.push_back(
      {.id = "dns cache",
       .what = "answers and trust anchors",
       .holder = "resolver",
       .path = settings::state_folder(settings.mesh, "resolver"),
       .is_secret = false,
       .data = {},
       .if_lost = "see which domains were asked for",
       .how_long = fmt::format("their TTL and {} stale", text_of(settings.resolver.serve_stale))});
  assets.push_back({.id = "logs",
                    .what = "the daemons' logs",
                    .holder = std::string(administrator),
                    .path = settings.mesh.folder / "log",
                    .is_secret = false,
                    .data = Data::log_lines | Data::contacts | Data::client_addresses,
                    .if_lost = "see who wrote to whom, when and from where",
                    .how_long = "64 MB of each daemon, whatever time that is (`scop up`); else by who keeps "
                                "standard error"});
}

}  // namespace

std::string text_of(std::chrono::milliseconds span) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span).count();
  if (seconds % 86'400 == 0 && seconds != 0)
    return fmt::format("{} {}", seconds / 86'400, seconds == 86'400 ? "day" : "days");
  if (seconds % 3'600 == 0 && seconds != 0) return fmt::format("{} h", seconds / 3'600);
  if (seconds % 60 == 0 && seconds != 0) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} s", seconds);
}

std::vector<Asset> assets_of(const Settings& settings) {
  std::vector<Asset> assets;
  add_administrators(settings, assets);
  add_pipe_keys(settings, assets);
  add_public_keys(settings, assets);
  add_accounts(settings, assets);
  add_signer(settings, assets);
  add_relay(settings, assets);
  add_courier(settings, assets);
  add_judges(settings, assets);
  add_edges(settings, assets);
  add_shared(settings, assets);
  return assets;
}

}  // namespace scop::risk
