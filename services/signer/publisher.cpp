#include "signer/publisher.hpp"

#include <algorithm>

#include "dkim/key_record.hpp"
#include "dns/rdata.hpp"
#include "signer/limits.hpp"

namespace scop::signer {

namespace {

std::string text_of(const std::string& rdata) {
  std::string text;
  const auto strings = dns::read_txt(rdata);
  if (!strings) return text;
  for (const auto& part : *strings) text += part;
  return text;
}

std::string zone_of(const Primary& primary, const KeyName& name) {
  return primary.zone.empty() ? name.domain : primary.zone;
}

bool is_silence(const Error& error) {
  return error.kind != ErrorKind::denied && error.kind != ErrorKind::malformed;
}

}  // namespace

bool says_the_same(const std::vector<std::string>& rdata, const std::string& wanted) {
  if (wanted.empty() || rdata.empty()) return wanted.empty() == rdata.empty();
  if (rdata.size() != 1) return false;
  const auto text = text_of(rdata.front());
  if (text == wanted) return true;
  const auto there = dkim::parse_key_record(text);
  const auto ours = dkim::parse_key_record(wanted);
  if (!there || !ours || there->public_key != ours->public_key) return false;
  if (ours->public_key.empty()) return true;  // revoked, of whatever type
  return there->type == ours->type && there->for_email && !there->testing &&
         std::ranges::find(there->hashes, dkim::Hash::sha256) != there->hashes.end();
}

Task<Outcome<dns_update::Reply>> Publisher::ask(net::Endpoint endpoint, std::string name, dns::Type type) {
  const auto at = net::to_text(endpoint);
  if (const auto silent = silent_.find(endpoint); silent != silent_.end())
    co_return failure(ErrorKind::unavailable, silent->second);
  const primary::Server server{endpoint, std::nullopt};
  const dns_update::Query question{.question = {std::move(name), type}};
  auto reply = co_await primary::query(executor_, server, question, in(limits::primary_answers));
  if (!reply) {
    const auto problem = at + " does not answer: " + reply.error().what;
    silent_.insert_or_assign(endpoint, problem);
    co_return failure(ErrorKind::unavailable, problem);
  }
  if (reply->rcode != dns::Rcode::no_error && reply->rcode != dns::Rcode::nx_domain)
    co_return failure(ErrorKind::unavailable, at + " answers questions with " + dns::name_of(reply->rcode));
  co_return reply;
}

// The primary changes the set only where it is still what we have seen.
Task<std::string> Publisher::change(KeyName name, Wanted wanted, std::vector<std::string> there) {
  using Prerequisite = dns_update::Prerequisite;
  const auto owner = dkim::key_name(name.selector, name.domain);
  dns_update::Update update;
  update.zone = zone_of(*primary_, name);
  update.prerequisites = {{there.empty() ? Prerequisite::Kind::absent : Prerequisite::Kind::equals, owner,
                           dns::Type::txt, there}};
  std::vector<std::string> records;
  if (!wanted.record.empty()) records.push_back(dns::txt_to_rdata(wanted.record));
  update.changes = dns_update::replace(owner, dns::Type::txt, primary_->ttl, records);
  const auto code =
      co_await primary::update(executor_, primary_->server, update, in(limits::primary_answers));
  if (code) co_return primary::explain(*code, update.zone);
  if (!is_silence(code.error())) co_return code.error().what;
  auto problem = "the primary does not answer: " + code.error().what;
  silent_.insert_or_assign(primary_->server.endpoint, problem);
  co_return problem;
}

Task<std::string> Publisher::settle_primary(KeyName name, Wanted wanted) {
  const auto owner = dkim::key_name(name.selector, name.domain);
  const auto endpoint = primary_->server.endpoint;
  const auto before = co_await ask(endpoint, owner, dns::Type::txt);
  if (!before) co_return "the primary " + before.error().what;
  if (says_the_same(before->records, wanted.record)) co_return "";
  if (!before->records.empty() && !wanted.may_replace)
    co_return "another record is at " + owner + " already; it is left as it is";
  if (auto problem = co_await change(name, wanted, before->records); !problem.empty()) co_return problem;
  const auto after = co_await ask(endpoint, owner, dns::Type::txt);
  if (!after) co_return "the primary " + after.error().what;
  co_return says_the_same(after->records, wanted.record)
      ? ""
      : "the primary has taken the change and does not answer it yet";
}

Task<std::string> Publisher::settle(KeyName name, Wanted wanted) {
  if (primary_) {
    if (auto problem = co_await settle_primary(name, wanted); !problem.empty()) co_return problem;
  }
  const auto owner = dkim::key_name(name.selector, name.domain);
  for (const auto& endpoint : watched_) {
    const auto reply = co_await ask(endpoint, owner, dns::Type::txt);
    if (!reply) co_return reply.error().what;
    if (!says_the_same(reply->records, wanted.record))
      co_return net::to_text(endpoint) +
          (wanted.record.empty() ? " still answers it" : " does not answer it yet");
  }
  co_return "";
}

Task<bool> Publisher::is_free(KeyName name) {
  if (!primary_) co_return true;
  const auto reply =
      co_await ask(primary_->server.endpoint, dkim::key_name(name.selector, name.domain), dns::Type::txt);
  co_return !reply || reply->records.empty();
}

Task<std::chrono::seconds> Publisher::negative_ttl(KeyName name, std::chrono::seconds otherwise) {
  // A type that is never there: the answer has the zone's SOA beside it.
  const auto owner = dkim::key_name(name.selector, name.domain);
  std::optional<std::chrono::seconds> longest;
  auto servers = watched_;
  if (primary_) servers.push_back(primary_->server.endpoint);
  for (const auto& endpoint : servers) {
    const auto reply = co_await ask(endpoint, owner, dns::Type::srv);
    if (reply && reply->negative_ttl)
      longest =
          std::max(longest.value_or(std::chrono::seconds{0}), std::chrono::seconds(*reply->negative_ttl));
  }
  co_return std::min(longest.value_or(otherwise), limits::longest_ttl);
}

}  // namespace scop::signer
