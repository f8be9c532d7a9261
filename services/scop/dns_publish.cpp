#include "scop/dns_publish.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dns/name.hpp"
#include "files/descriptor.hpp"
#include "scop/dns_asking.hpp"
#include "scop/dns_facts.hpp"
#include "scop/dns_work.hpp"
#include "settings/signer.hpp"

namespace scop::command {

namespace {

using domain_records::Kind;
using domain_records::Record;

constexpr std::uint64_t most_key_file = 16U << 10U;
constexpr unsigned tries = 4;  // of looking and writing; the zone may change in between

Outcome<primary::Server> server_of(const settings::Dns& settings) {
  const auto endpoint = net::parse_endpoint(settings.primary);
  if (!endpoint) return std::unexpected(endpoint.error());
  auto content = files::read_whole(settings.tsig_key_file, most_key_file);
  if (!content) return std::unexpected(content.error());
  const Secret secret(std::move(*content));
  auto key = dns_update::parse_tsig_key(secret.reveal(), settings.tsig_name);
  if (!key) return failure(key.error().kind, settings.tsig_key_file.string() + ": " + key.error().what);
  return primary::Server{*endpoint, std::move(*key)};
}

// Why a record is not for us to write; empty: it is.
std::string left_out(const Record& record, const domain_records::Facts& facts, const Instance& instance) {
  if (record.is_placeholder) return "its value is not known: set [dns] addresses";
  if (std::ranges::find(facts.policy.publish, domain_records::name_of(record.kind)) ==
      facts.policy.publish.end())
    return fmt::format("\"{}\" is not in [dns] publish", domain_records::name_of(record.kind));
  if (record.kind == Kind::address && facts.policy.addresses.empty())
    return "[dns] addresses is not set: the DNS is not asked what to write into it";
  if (record.kind == Kind::dkim && !settings::read_signer(instance.document()).primary.empty())
    return "the signer publishes it, with its own key";
  if (record.is_of_host && facts.domain != instance.mesh().domain) return "-";  // with the mesh's own domain
  return {};
}

void add_domain(Work& work, const domain_records::Facts& facts, const std::vector<Record>& records,
                const Instance& instance) {
  auto zones = facts.policy.zones;
  if (zones.empty()) zones = {facts.domain, instance.mesh().domain};
  const auto at = [&](const std::string& zone) -> domain_records::Wishes& {
    auto& wishes = work.zones[zone].wishes;
    wishes.zone = zone;
    wishes.ttl = facts.policy.ttl;
    return wishes;
  };
  std::set<dns::Question> left;
  for (const auto& record : records) {
    const auto zone = domain_records::zone_of(record.name, zones);
    const auto why = zone.empty() ? "in none of our zones: whoever runs its zone has to write it"
                                  : left_out(record, facts, instance);
    if (why.empty()) {
      at(zone).records.push_back(record);
      work.places[facts.domain].insert({record.name, record.type});
    } else {
      left.insert({record.name, record.type});
      if (why != "-")
        work.notes.push_back(fmt::format("{} {}: left out: {}", record.name, dns::name_of(record.type), why));
    }
  }
  const bool signer_has_keys = !settings::read_signer(instance.document()).primary.empty();
  for (const auto& record : work.published[facts.domain]) {
    const auto zone = domain_records::zone_of(record.name, zones);
    if (zone.empty()) continue;
    // What is left to others, or unknown, is not "no longer wanted": it stays, and stays ours.
    if (left.contains({record.name, record.type})) continue;
    if (signer_has_keys && record.name.contains("._domainkey.")) continue;
    at(zone).written.insert(record);
    work.places[facts.domain].insert({record.name, record.type});
  }
}

Outcome<> add_taken(Work& work, const std::vector<std::string>& taken) {
  for (const auto& text : taken) {
    const auto slash = std::min(text.rfind('/'), text.size());
    const auto type = dns::type_from_text(slash == text.size() ? "" : text.substr(slash + 1));
    if (!type) return failure(ErrorKind::malformed, "--take wants NAME/TYPE such as example.org/MX: " + text);
    for (auto& [name, zone] : work.zones)
      zone.wishes.taken.insert({dns::canonical_text(text.substr(0, slash)), *type});
  }
  return {};
}

bool is_prerequisite_failure(unsigned rcode) { return rcode == 3 || (rcode >= 6 && rcode <= 8); }

// Of the zone's records those that play a part for the domain.
void own(Work& work, const ZoneWork& zone) {
  for (const auto& [domain, places] : work.places) {
    for (const auto& record : zone.plan.written) {
      if (places.contains({record.name, record.type})) work.published[domain].insert(record);
    }
  }
}

void disown(Work& work, const ZoneWork& zone) {
  for (const auto& [domain, places] : work.places) {
    for (const auto& record : zone.wishes.written) {
      if (!zone.plan.written.contains(record)) work.published[domain].erase(record);
    }
  }
}

// True: done, or the zone has changed since it was looked at: look again. Before anything is sent, what may
// be ours soon is ours on disk: a crash in between loses no record.
bool write(Work& work, ZoneWork& zone, const primary::Server& server, const std::filesystem::path& file) {
  const auto before = work.published;
  own(work, zone);
  if (auto saved = write_published(file, work.published); !saved) {
    zone.problem = saved.error().what;
    return false;
  }
  const auto code = send_update(server, zone.plan.update);
  zone.problem = code ? primary::explain(*code, zone.wishes.zone) : code.error().what;
  if (code == 0U) {
    std::ranges::copy(zone.plan.update.changes, std::back_inserter(zone.changes));
    disown(work, zone);
    return true;
  }
  if (code) work.published = before;
  return code && is_prerequisite_failure(*code);
}

// Looks, writes and looks again: a primary may pass over a change without a word (RFC 2136 3.4.2.2). Knot,
// for one, does not put an alias where records went in the same message, since their signatures are still
// there.
void settle(Work& work, ZoneWork& zone, const primary::Server& server, const std::filesystem::path& file,
            bool dry_run) {
  for (unsigned tried = 0; tried < tries; ++tried) {
    const auto present = present_at(server, zone.wishes.zone, questions_for(zone.wishes));
    if (!present) {
      zone.problem = present.error().what;
      return;
    }
    zone.plan = difference(zone.wishes, *present);
    if (tried == 0) zone.unchanged = zone.plan.unchanged;
    if (zone.plan.update.changes.empty()) {
      zone.problem.clear();
      own(work, zone);
      disown(work, zone);
      return;
    }
    if (dry_run) {
      zone.changes = zone.plan.update.changes;
      return;
    }
    if (!write(work, zone, server, file)) return;
    zone.wishes.written = zone.plan.written;
  }
  if (zone.problem.empty()) zone.problem = "the primary took the update and does not show all of it";
}

// Nothing where the configuration is wrong; that has been said.
std::optional<Work> work_of(const Context& context, const Instance& instance,
                            const std::vector<std::string>& domains, const std::filesystem::path& file) {
  auto published = read_published(file);
  if (!published) {
    context.terminal.problem(published.error().what);
    return std::nullopt;
  }
  Work work;
  work.published = std::move(*published);
  for (const auto& domain : domains) {
    const auto facts = facts_of(context, instance, {.domain = domain, .addresses = {}});
    const auto records = facts ? records_of(context, *facts) : std::nullopt;
    if (!records) return std::nullopt;
    if (!facts->is_complete) {
      context.terminal.problem("not everything is known, as said above: nothing is published");
      return std::nullopt;
    }
    add_domain(work, *facts, *records, instance);
  }
  return work;
}

}  // namespace

int publish_records(const Context& context, const Instance& instance, const std::vector<std::string>& domains,
                    const PublishOptions& options) {
  const auto settings = settings::read_dns(instance.document());
  if (settings.primary.empty()) {
    context.terminal.problem(
        "[dns] primary and tsig_key_file are not set: `scop dns show --zone` prints the records "
        "to publish by hand");
    return wrong_usage;
  }
  const auto server = server_of(settings);
  if (!server) {
    context.terminal.problem(server.error().what);
    return wrong_usage;
  }
  const auto file = instance.mesh().folder / "dns/published.json";
  auto work = work_of(context, instance, domains, file);
  if (!work) return wrong_usage;
  if (auto taken = add_taken(*work, options.taken); !taken) {
    context.terminal.problem(taken.error().what);
    return wrong_usage;
  }
  bool is_good = true;
  for (auto& [name, zone] : work->zones) {
    settle(*work, zone, *server, file, options.dry_run);
    is_good = is_good && zone.problem.empty() && zone.plan.conflicts.empty();
  }
  if (!options.dry_run) {
    if (auto saved = write_published(file, work->published); !saved) {
      context.terminal.problem(saved.error().what);
      is_good = false;
    }
  }
  print(context, *work, options.dry_run);
  return is_good ? good : declined;
}

}  // namespace scop::command
