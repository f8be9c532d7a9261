#include "receiver/defences.hpp"

namespace scop::receiver {

namespace {

// The settings' reader has refused what is no network.
guests::Gateways gateways_of(const settings::Receiver& settings) {
  auto declared = settings.gateways;
  declared.insert(declared.end(), settings.proxy.begin(), settings.proxy.end());
  return guests::Gateways::from_text(declared).value_or(guests::Gateways());
}

guests::SpamHostPolicy policy_of(settings::SpamHostPolicy policy) {
  switch (policy) {
    case settings::SpamHostPolicy::observe:
      return guests::SpamHostPolicy::observe;
    case settings::SpamHostPolicy::slow:
      return guests::SpamHostPolicy::slow;
    case settings::SpamHostPolicy::refuse:
      return guests::SpamHostPolicy::refuse;
  }
  return guests::SpamHostPolicy::slow;
}

}  // namespace

Defences::Defences(const settings::Receiver& settings)
    : gateways(gateways_of(settings)),
      rates({.per_minute = {settings.connections_per_minute, settings.messages_per_minute,
                            settings.recipients_per_minute, settings.errors_per_minute}}),
      bans({.after = settings.ban_after, .first = settings.first_ban, .longest = settings.longest_ban}),
      tar_pit{.free_unknown = settings.free_unknown,
              .most_unknown = settings.most_unknown,
              .longest_delay = settings.longest_delay},
      standing{.blocklist_refuse = settings.blocklist_refuse,
               .spam_host = policy_of(settings.spam_host_policy),
               .spam_host_refuse = settings.spam_host_refuse} {
  if (settings.greylisting) {
    greylist.emplace(guests::GreylistRules{.delay = settings.greylist_delay,
                                           .window = settings.greylist_window,
                                           .keep = settings.greylist_keep});
  }
  for (const auto& list : settings.blocklists) blocklists.push_back({list.zone, list.score});
}

}  // namespace scop::receiver
