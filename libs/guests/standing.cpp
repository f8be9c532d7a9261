#include "guests/standing.hpp"

#include "core/ascii.hpp"

namespace scop::guests {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

bool is_over(const Reputation& reputation, const StandingRules& rules) {
  if (!reputation.spammer) return false;
  if (rules.spam_host == SpamHostPolicy::refuse) return true;
  return rules.spam_host_refuse != 0 && reputation.spam_share * 100 >= rules.spam_host_refuse;
}

}  // namespace

Standing standing_of(const Knowledge& knowledge, const StandingRules& rules) {
  Standing standing;
  standing.name = knowledge.name;
  if (knowledge.blocklists != nullptr) {
    const auto& lists = *knowledge.blocklists;
    standing.observations = lists.observations();
    if (rules.blocklist_refuse != 0 && lists.score() >= rules.blocklist_refuse)
      standing.refusal =
          smtp::reply(550, "5.7.1", "Client address is listed by " + joined(lists.listed_by()));
  }
  if (knowledge.reputation.spammer) {
    standing.observations.emplace_back("reputation:spammer");
    standing.slow = rules.spam_host != SpamHostPolicy::observe;
    if (!standing.refusal && is_over(knowledge.reputation, rules))
      standing.refusal = smtp::reply(550, "5.7.1", "Too much spam from your address of late");
  }
  if (!knowledge.iprev.empty()) standing.observations.push_back("iprev:" + std::string(knowledge.iprev));
  return standing;
}

std::vector<std::string> helo_observations(std::string_view helo, const dns::Address& client,
                                           std::string_view own_host, std::string_view own_domain) {
  if (const auto literal = dns::Address::from_literal(helo))
    return {*literal == client ? "helo:literal" : "helo:false-literal"};
  if (dns::Address::from_text(helo)) return {"helo:bare-ip"};
  if (ascii::equals_ignoring_case(helo, own_host) || ascii::equals_ignoring_case(helo, own_domain))
    return {"helo:ours"};
  if (!helo.contains('.')) return {"helo:no-dot"};
  return {};
}

}  // namespace scop::guests
