#include "dane/host.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dane/tlsa.hpp"
#include "dns/name.hpp"

namespace scop::dane {

namespace {

bool has_failed(const dns::Answer& answer) {
  if (answer.validation == dns::Validation::bogus) return true;
  return answer.rcode != dns::Rcode::no_error && answer.rcode != dns::Rcode::nx_domain;
}

bool is_secure(const dns::Answer& answer) {
  return !has_failed(answer) && answer.validation == dns::Validation::secure;
}

Verdict unknown(dns::Question question, const dns::Answer& answer) {
  Verdict verdict{.kind = Verdict::Kind::unknown};
  verdict.failed = std::move(question);
  verdict.failure = answer;
  return verdict;
}

Verdict by_records(const std::string& base, const dns::Answer& answer) {
  Verdict verdict{.kind = Verdict::Kind::unusable, .base = base};
  std::vector<dns::Tlsa> usable;
  for (const auto& rdata : answer.records) {
    auto record = dns::read_tlsa(rdata);
    if (!record) continue;
    if (is_usable(*record) && usable.size() < most_records) usable.push_back(*record);
    if (verdict.records.size() < most_records) verdict.records.push_back(std::move(*record));
  }
  if (usable.empty()) return verdict;
  verdict.kind = Verdict::Kind::records;
  verdict.records = std::move(usable);
  return verdict;
}

}  // namespace

std::string Host::owner_of(const std::string& base) const {
  auto owner = fmt::format("_{}._tcp.{}", wish_.port, base);
  return dns::name_to_wire(owner) ? owner : std::string();  // too long to be a name: nothing can be there
}

const dns::Answer* Host::find(const std::string& name, dns::Type type) const {
  const auto found = answers_.find({name, type});
  return found == answers_.end() ? nullptr : &found->second;
}

void Host::answer(const dns::Question& question, const dns::Answer& answer) {
  answers_.insert_or_assign(question, answer);
}

dns::Answer Host::addresses(dns::Type type, bool wished) const {
  dns::Answer nothing;
  nothing.rcode = dns::Rcode::no_error;
  if (!wished) return nothing;
  const auto* answer = find(name_, type);
  return answer == nullptr ? dns::Answer() : *answer;
}

// The families share their owner: what one of them says of security and of where the name leads holds for
// both. A negative answer may be insecure where the positive one is not (RFC 5155 6), and one that failed
// says nothing.
const dns::Answer* Host::telling_addresses() const {
  const dns::Answer* telling = nullptr;
  for (const auto type : {dns::Type::a, dns::Type::aaaa}) {
    const auto* answer = find(name_, type);
    if (answer == nullptr || has_failed(*answer)) continue;
    if (telling == nullptr || (is_secure(*answer) && !is_secure(*telling)) ||
        (is_secure(*answer) == is_secure(*telling) && telling->records.empty()))
      telling = answer;
  }
  return telling;
}

Host::Standing Host::by_base_domains(const std::vector<std::string>& bases) const {
  for (const auto& base : bases) {
    const auto owner = owner_of(base);
    if (owner.empty()) continue;
    const auto* answer = find(owner, dns::Type::tlsa);
    if (answer == nullptr) return {{{owner, dns::Type::tlsa}}, {}};
    // Past its TTL (RFC 8767) it is what whoever drops our questions chose for us: it proves nothing.
    if (has_failed(*answer) || answer->stale) return {{}, unknown({owner, dns::Type::tlsa}, *answer)};
    if (is_secure(*answer) && !answer->records.empty()) return {{}, by_records(base, *answer)};
  }
  return {};
}

Host::Standing Host::standing() const {
  Standing standing;
  if (wish_.v4 && find(name_, dns::Type::a) == nullptr) standing.missing.push_back({name_, dns::Type::a});
  if (wish_.v6 && find(name_, dns::Type::aaaa) == nullptr)
    standing.missing.push_back({name_, dns::Type::aaaa});
  if (!wish_.tlsa || !standing.missing.empty()) return standing;
  const auto* addresses = telling_addresses();
  if (addresses == nullptr) return {};  // there is nowhere to go anyway
  const auto target = dns::canonical_text(addresses->canonical_name);
  const bool alias = !target.empty() && target != name_;
  if (is_secure(*addresses)) return by_base_domains(alias ? std::vector{target, name_} : std::vector{name_});
  if (!alias) return {};
  const auto* link = find(name_, dns::Type::cname);
  if (link == nullptr) return {{{name_, dns::Type::cname}}, {}};
  if (has_failed(*link)) return {{}, unknown({name_, dns::Type::cname}, *link)};
  if (!is_secure(*link) || link->records.empty()) return {};
  return by_base_domains({name_});
}

std::vector<dns::Question> Host::wanted() const {
  auto questions = standing().missing;
  const auto owner = owner_of(name_);
  // Most names are no aliases: asked beside the addresses, it costs no time.
  if (wish_.tlsa && answers_.empty() && !owner.empty()) questions.push_back({owner, dns::Type::tlsa});
  return questions;
}

Verdict Host::verdict() const {
  auto now = standing();
  if (now.missing.empty() || !wish_.tlsa) return now.verdict;
  dns::Answer none;
  none.why = "no answer in time";
  return unknown(now.missing.front(), none);
}

}  // namespace scop::dane
