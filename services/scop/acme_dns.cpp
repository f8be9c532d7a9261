#include "scop/acme_dns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "cert_roll/step.hpp"
#include "core/base64.hpp"
#include "dane/tlsa.hpp"
#include "scop/acme_servers.hpp"

namespace scop::command::acme {

namespace {

constexpr std::uint32_t challenge_ttl = 1;
constexpr std::chrono::milliseconds first_look{50};
constexpr std::chrono::milliseconds longest_look{2'000};

bool has(const dns_update::Reply& reply, const std::string& rdata) {
  return std::ranges::find(reply.records, rdata) != reply.records.end();
}

// Until every server shows all of them; timed_out names the record.
Outcome<> await_shown(const Servers& servers, const std::string& name, dns::Type type,
                      const std::vector<std::string>& wanted, Deadline deadline) {
  for (auto look = first_look;; look = std::min(look * 2, longest_look)) {
    const auto replies = servers.ask_all(name, type);
    const bool is_shown =
        replies && std::ranges::all_of(*replies, [&](const auto& reply) {
          return std::ranges::all_of(wanted, [&](const auto& rdata) { return has(reply, rdata); });
        });
    if (is_shown) return {};
    if (std::chrono::steady_clock::now() + look >= deadline) {
      if (!replies) return std::unexpected(replies.error());
      return failure(ErrorKind::timed_out, fmt::format("not every authoritative server shows {} yet", name));
    }
    std::this_thread::sleep_for(look);
  }
}

std::string challenge_name(const std::string& name) {
  return "_acme-challenge." + (name.starts_with("*.") ? name.substr(2) : name);
}

dns::Tlsa record_of(const std::string& key) {
  return {.usage = dane::dane_ee,
          .selector = dane::public_key,
          .matching = dane::sha2_256,
          .data = from_hex(key).value_or("")};
}

std::vector<std::string> rdata_of(const std::vector<std::string>& keys) {
  std::vector<std::string> all;
  for (const auto& key : keys) all.push_back(dns::to_rdata(record_of(key)));
  return all;
}

std::vector<std::string> missing_in(const dns_update::Reply& reply, const std::vector<std::string>& keys) {
  std::vector<std::string> missing;
  for (const auto& key : keys) {
    if (!has(reply, dns::to_rdata(record_of(key)))) missing.push_back(key);
  }
  return missing;
}

std::string line_of(const std::string& name, std::uint32_t ttl, const std::string& key) {
  return fmt::format("{}. {} IN TLSA {}", name, ttl, dane::to_text(record_of(key)));
}

// One name of the pair: what is missing is added, or named.
Outcome<> announce_at(const World& world, const Pair& pair, const Servers& servers, const std::string& name,
                      const std::vector<std::string>& keys, Announcement& announcement) {
  const auto reply = servers.ask(name, dns::Type::tlsa);
  if (!reply) return std::unexpected(reply.error());
  const bool is_new = reply->records.empty();
  if (!is_new) announcement.ttl = std::max(announcement.ttl, std::chrono::seconds(reply->ttl));
  // Without any record there is no DANE here, and nothing that a key could fail against.
  if (is_new && !(servers.can_update() && pair.makes_tlsa)) return {};
  const auto missing = missing_in(*reply, keys);
  if (!missing.empty()) announcement.was_complete = false;
  // The set keeps its TTL: what resolvers hold longest can be read from it at any time.
  const auto ttl = is_new ? world.acme.tlsa_ttl : reply->ttl;
  if (!missing.empty() && !servers.can_update()) {
    for (const auto& key : missing) announcement.to_publish.push_back(line_of(name, ttl, key));
    return {};
  }
  std::vector<dns_update::Change> changes;
  for (const auto& key : missing)
    changes.push_back(dns_update::add(name, dns::Type::tlsa, ttl, dns::to_rdata(record_of(key))));
  if (!changes.empty()) {
    if (auto updated = servers.update(name, std::move(changes)); !updated) return updated;
  }
  return await_shown(servers, name, dns::Type::tlsa, rdata_of(keys), in(world.acme.propagation));
}

}  // namespace

Outcome<> publish_challenge(const World& world, const std::string& name, const std::string& digest) {
  const auto servers = Servers::open(world, world.acme.tsig_key_file, world.acme.tsig_name);
  if (!servers) return std::unexpected(servers.error());
  const auto at = challenge_name(name);
  const auto rdata = dns::txt_to_rdata(digest);
  // The whole set: what a crash has left behind goes, too.
  auto done = servers->update(at, dns_update::replace(at, dns::Type::txt, challenge_ttl, {rdata}));
  return done ? await_shown(*servers, at, dns::Type::txt, {rdata}, in(world.acme.propagation)) : done;
}

Outcome<> remove_challenge(const World& world, const std::string& name, const std::string& digest) {
  const auto servers = Servers::open(world, world.acme.tsig_key_file, world.acme.tsig_name);
  if (!servers) return std::unexpected(servers.error());
  const auto at = challenge_name(name);
  return servers->update(at, {dns_update::remove(at, dns::Type::txt, dns::txt_to_rdata(digest))});
}

Outcome<Announcement> announce(const World& world, const Pair& pair, const cert_roll::State& state) {
  const auto servers = Servers::open(world, world.acme.tlsa_tsig_key_file, world.acme.tlsa_tsig_name);
  if (!servers) return std::unexpected(servers.error());
  Announcement announcement;
  const auto keys = cert_roll::keys_to_publish(state);
  for (const auto& name : pair.tlsa_names) {
    if (auto done = announce_at(world, pair, *servers, name, keys, announcement); !done)
      return std::unexpected(done.error());
  }
  announcement.is_shown = announcement.to_publish.empty();
  return announcement;
}

Outcome<std::vector<std::string>> retire(const World& world, const Pair& pair,
                                         const cert_roll::State& state) {
  const auto servers = Servers::open(world, world.acme.tlsa_tsig_key_file, world.acme.tlsa_tsig_name);
  if (!servers) return std::unexpected(servers.error());
  std::vector<std::string> left;
  for (const auto& name : pair.tlsa_names) {
    const auto reply = servers->ask(name, dns::Type::tlsa);
    if (!reply) return std::unexpected(reply.error());
    if (reply->records.empty()) continue;
    // Nobody takes the old record away before the new one is there.
    const auto missing = missing_in(*reply, cert_roll::keys_to_publish(state));
    if (!missing.empty() && !servers->can_update())
      return failure(ErrorKind::not_found,
                     "publish " + line_of(name, reply->ttl, missing.front()) + " first");
    std::vector<dns_update::Change> changes;
    for (const auto& key : missing)
      changes.push_back(dns_update::add(name, dns::Type::tlsa, reply->ttl, dns::to_rdata(record_of(key))));
    for (const auto& key : cert_roll::keys_to_withdraw(state)) {
      if (!has(*reply, dns::to_rdata(record_of(key)))) continue;
      changes.push_back(dns_update::remove(name, dns::Type::tlsa, dns::to_rdata(record_of(key))));
      if (!servers->can_update()) left.push_back(line_of(name, reply->ttl, key));
    }
    if (changes.empty() || !servers->can_update()) continue;
    if (auto updated = servers->update(name, std::move(changes)); !updated)
      return std::unexpected(updated.error());
  }
  return left;
}

}  // namespace scop::command::acme
