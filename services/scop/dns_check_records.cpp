// Presence, equality, signatures, and whether every server says the same.
#include <fmt/format.h>

#include <algorithm>

#include "dns/rdata.hpp"
#include "scop/dns_asking.hpp"
#include "scop/dns_check.hpp"

namespace scop::command {

namespace {

using domain_records::Kind;
using domain_records::Record;

constexpr std::size_t most_servers = 16;

// The records of one name, type and part, as they are wanted.
struct Wanted {
  Kind kind{};
  std::set<std::string> rdata;
};
using WantedSets = std::map<dns::Question, std::vector<Wanted>>;

WantedSets wanted_of(const CheckWorld& world) {
  WantedSets sets;
  for (const auto& record : world.records) {
    if (record.is_placeholder) continue;
    if (record.kind == Kind::address && world.facts.policy.addresses.empty()) continue;
    if (std::ranges::find(world.facts.policy.publish, domain_records::name_of(record.kind)) ==
            world.facts.policy.publish.end() &&
        record.kind != Kind::dkim)
      continue;  // left to others
    auto& parts = sets[{record.name, record.type}];
    auto part = std::ranges::find(parts, record.kind, &Wanted::kind);
    if (part == parts.end()) part = parts.insert(parts.end(), {record.kind, {}});
    part->rdata.insert(record.rdata);
  }
  return sets;
}

std::set<std::string> playing(Kind kind, const std::vector<std::string>& records) {
  std::set<std::string> found;
  for (const auto& rdata : records) {
    if (domain_records::plays_part(kind, rdata)) found.insert(rdata);
  }
  return found;
}

std::string shown_set(dns::Type type, const std::set<std::string>& records) {
  std::string out;
  for (const auto& rdata : records) out += (out.empty() ? "" : ", ") + domain_records::zone_text(type, rdata);
  return out.empty() ? "nothing" : out;
}

std::string subject_of(const dns::Question& at) {
  return fmt::format("{} {}", at.name, dns::name_of(at.type));
}

// DKIM keys, SPF and the policies are judged by what they mean, in functions of their own.
bool is_judged_by_meaning(Kind kind) {
  return kind == Kind::dkim || kind == Kind::spf || kind == Kind::dmarc || kind == Kind::tls_rpt;
}

void compare(const dns::Question& at, const Wanted& wanted, const dns::Answer& answer, Findings& findings) {
  const auto there = playing(wanted.kind, answer.records);
  const auto subject = subject_of(at);
  const auto remedy = fmt::format("publish {} (`scop dns publish`)", shown_set(at.type, wanted.rdata));
  if (there == wanted.rdata) {
    findings.ok(subject, "as wanted: " + shown_set(at.type, there));
  } else if (there.empty()) {
    if (wanted.kind == Kind::dkim) return;
    findings.problem(subject, "is missing", remedy);
  } else if (is_judged_by_meaning(wanted.kind)) {
    if (wanted.kind != Kind::dkim)
      findings.warning(subject, "is other than configured: " + shown_set(at.type, there), remedy);
  } else if (wanted.kind == Kind::tlsa && std::ranges::includes(there, wanted.rdata)) {
    findings.warning(subject, "holds more than the keys in use: " + shown_set(at.type, there),
                     "remove the others, unless a change of keys is under way");
  } else {
    findings.problem(subject, "is wrong: " + shown_set(at.type, there), remedy);
  }
}

// True: there is an answer to compare.
bool check_answer(const dns::Question& at, const dns::Answer& answer, Findings& findings) {
  if (answer.validation == dns::Validation::bogus) {
    findings.problem(subject_of(at), "DNSSEC validation fails: " + answer.why,
                     "whoever validates sees nothing: sign the zone anew, and compare the DS at the parent");
    return false;
  }
  if (answer.rcode == dns::Rcode::no_error || answer.rcode == dns::Rcode::nx_domain) return true;
  findings.problem(subject_of(at),
                   fmt::format("cannot be looked up: {} {}", dns::name_of(answer.rcode), answer.why),
                   "look at the zone's servers and its delegation");
  return false;
}

// One line a zone: which of its records are signed.
void check_signatures(const CheckWorld& world, const WantedSets& sets, Findings& findings) {
  std::map<std::string, std::set<std::string>> unsigned_names;
  auto zones = world.facts.policy.zones;
  if (zones.empty()) zones = {world.facts.domain, world.instance.mesh().domain};
  std::set<std::string> seen;
  for (const auto& [at, parts] : sets) {
    const auto zone = domain_records::zone_of(at.name, zones);
    if (zone.empty()) continue;
    seen.insert(zone);
    const auto answer = world.look_up(at);
    const bool is_answer = answer.rcode == dns::Rcode::no_error || answer.rcode == dns::Rcode::nx_domain;
    if (is_answer && answer.validation != dns::Validation::secure) unsigned_names[zone].insert(at.name);
  }
  for (const auto& zone : seen) {
    if (!unsigned_names.contains(zone)) {
      findings.ok(zone, "signed: every answer is validated by DNSSEC");
      continue;
    }
    const auto& names = unsigned_names.at(zone);
    findings.warning(
        zone,
        fmt::format("not validated by DNSSEC: {}{}", *names.begin(),
                    names.size() > 1 ? fmt::format(" and {} more names", names.size() - 1) : ""),
        "sign the zone and have its DS published: without it TLSA records (DANE) count for nothing");
  }
}

// The zones' own servers, or those that are configured instead; by what they are called.
std::map<std::string, net::Endpoint> servers_of(const CheckWorld& world, const std::string& zone) {
  std::map<std::string, net::Endpoint> servers;
  for (const auto& text : world.facts.policy.resolvers) {
    if (const auto endpoint = net::parse_endpoint(text)) servers.emplace(text, *endpoint);
  }
  if (!servers.empty()) return servers;
  for (const auto& rdata : world.look_up({zone, dns::Type::ns}).records) {
    const auto name = dns::read_name(rdata);
    if (!name) continue;
    for (const auto& address : addresses_of(world.look_up, *name)) {
      if (servers.size() >= most_servers) break;
      boost::system::error_code error;
      const auto parsed = asio::ip::make_address(address.text(), error);
      if (!error) servers.emplace(fmt::format("{} ({})", *name, address.text()), net::Endpoint(parsed, 53));
    }
  }
  return servers;
}

void compare_server(const CheckWorld& world, const std::string& server, const Replies& replies,
                    const WantedSets& sets, Findings& findings) {
  std::size_t same = 0;
  for (const auto& [at, reply] : replies) {
    if (!reply || (reply->rcode != dns::Rcode::no_error && reply->rcode != dns::Rcode::nx_domain)) {
      findings.problem(
          fmt::format("server {}", server),
          fmt::format("does not answer: {}", reply ? dns::name_of(reply->rcode) : reply.error().what),
          "look at that server, or take it out of the NS records");
      return;
    }
    const auto ours = world.look_up(at);
    if (ours.rcode != dns::Rcode::no_error && ours.rcode != dns::Rcode::nx_domain) continue;
    bool is_same = true;
    for (const auto& part : sets.at(at)) {
      const auto there = playing(part.kind, reply->records);
      if (there == playing(part.kind, ours.records)) continue;
      is_same = false;
      findings.problem(
          fmt::format("{} at server {}", subject_of(at), server),
          "differs from what our resolver sees: " + shown_set(at.type, there),
          "a secondary that has not got the zone's last change, or a cache: compare serials, look at "
          "transfers; or wait for the TTL");
    }
    if (is_same) ++same;
  }
  if (same == replies.size())
    findings.ok("server " + server, fmt::format("says the same about {} sets", same));
}

void check_servers(const CheckWorld& world, const WantedSets& sets, Findings& findings) {
  auto zones = world.facts.policy.zones;
  if (zones.empty()) zones = {world.facts.domain, world.instance.mesh().domain};
  std::map<std::string, std::set<dns::Question>> by_zone;
  for (const auto& [at, parts] : sets) {
    const auto zone = domain_records::zone_of(at.name, zones);
    if (!zone.empty()) by_zone[zone].insert(at);
  }
  for (const auto& [zone, questions] : by_zone) {
    const auto servers = servers_of(world, zone);
    if (servers.empty()) {
      findings.problem(zone + " NS", "no server of the zone is found", "look at its delegation");
    }
    for (const auto& [name, endpoint] : servers) {
      const primary::Server server{endpoint, std::nullopt};
      compare_server(world, name, ask_all(server, questions, !world.facts.policy.resolvers.empty()), sets,
                     findings);
    }
  }
}

}  // namespace

void check_records(const CheckWorld& world, Findings& findings) {
  const auto sets = wanted_of(world);
  for (const auto& [at, parts] : sets) {
    const auto answer = world.look_up(at);
    if (!check_answer(at, answer, findings)) continue;
    for (const auto& part : parts) compare(at, part, answer, findings);
  }
  check_signatures(world, sets, findings);
  check_servers(world, sets, findings);
}

}  // namespace scop::command
