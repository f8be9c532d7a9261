#include "routing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dsn/notify.hpp"
#include "envelope.hpp"
#include "limits.hpp"
#include "queueing/grouping.hpp"
#include "results.hpp"

namespace scop::relay {

namespace {

// Equal as mail goes: the domain in any case, the local part as it is (RFC 5321 2.4).
bool is_same_address(std::string_view a, std::string_view b) {
  return queueing::domain_of(a) == queueing::domain_of(b) &&
         a.substr(0, a.rfind('@')) == b.substr(0, b.rfind('@'));
}

}  // namespace

Task<std::optional<Routes>> Routing::route(ActivePtr active) {
  Routes routes;
  std::set<std::string> foreign_domains;
  const auto time = now();
  // By index: expansions add recipients behind, and they are routed in the same turn.
  for (std::size_t i = 0; i < active->message.recipients.size(); ++i) {
    const auto& recipient = active->message.recipients[i];
    if (!is_due(recipient, desk_.schedule(), time)) continue;
    const auto position = recipient.position;
    if (foreign_domains.contains(queueing::domain_of(recipient.address))) {
      routes.foreign.push_back(position);
      continue;
    }
    const auto resolved =
        co_await resolve(recipient.address, active->message.reverse_path, active->message.trace);
    if (!resolved) co_return std::nullopt;
    if (!*resolved) {
      auto& again = *active->at(position);
      note_deferred(active->message, again, {"4.3.5", "451 4.3.5 The address could not be looked up", ""},
                    desk_.schedule(), time);
      routes.changed.push_back(position);
      continue;
    }
    if ((*resolved)->kind() == v1::ResolveReply::NOT_OURS && active->message.origin == "signer") {
      foreign_domains.insert(queueing::domain_of(active->at(position)->address));
    }
    apply(*active, position, **resolved, routes);
  }
  co_return routes;
}

Task<std::optional<pipe::Result<v1::ResolveReply>>> Routing::resolve(std::string address,
                                                                     std::string reverse_path,
                                                                     std::string trace) {
  auto wait = limits::away_first;
  while (!desk_.is_stopping()) {
    auto reply = co_await addresses_.resolve(address, reverse_path, trace);
    if (reply && std::exchange(away_, false)) log_.info("accounts answers again");
    if (reply || reply.error().code == pipe::Code::invalid_argument) co_return reply;
    if (!std::exchange(away_, true))
      log_.warning("accounts is away: mail waits", {{"why", reply.error().message}});
    co_await desk_.pause(wait);
    wait = std::min(wait * 2, limits::away_longest);
  }
  co_return std::nullopt;
}

void Routing::apply(Active& active, std::int64_t position, const v1::ResolveReply& reply, Routes& routes) {
  switch (reply.kind()) {
    case v1::ResolveReply::MAILBOX:
      routes.local.push_back({position, reply.mailbox(), reply.detail(), reply.quota(), reply.full()});
      return;
    case v1::ResolveReply::ADDRESSES:
      return expand(active, position, reply, routes);
    case v1::ResolveReply::NO_SUCH_USER:
      return fail(active, position, "5.1.1", "550 5.1.1 There is no such user here", routes);
    case v1::ResolveReply::DISABLED:
      return fail(active, position, "5.2.1", "550 5.2.1 The mailbox is disabled", routes);
    case v1::ResolveReply::NOT_OURS:
      // Checked at intake too. Where an alias of ours leads outside it is a forward, of its own kind.
      if (active.message.origin != "signer") {
        if (active.at(position)->depth > 0) return routes.forwards.push_back(position);
        return fail(active, position, "5.7.1", "550 5.7.1 Relaying denied", routes);
      }
      routes.foreign.push_back(position);
      return;
    default:
      return;
  }
}

void Routing::fail(Active& active, std::int64_t position, std::string_view status, std::string_view text,
                   Routes& routes) {
  auto& recipient = *active.at(position);
  note_failed(active.message, recipient, {std::string(status), std::string(text), ""}, now());
  routes.changed.push_back(position);
  log_.info("failed", {{"id", active.message.id.text()}, {"recipient", recipient.address}, {"reply", text}});
}

void Routing::expand(Active& active, std::int64_t position, const v1::ResolveReply& reply, Routes& routes) {
  const auto alias = *active.at(position);
  const auto total = active.message.recipients.size() + static_cast<std::size_t>(reply.addresses_size());
  if (alias.depth >= limits::alias_depth || total > limits::recipients + limits::alias_targets) {
    return fail(active, position, "5.4.6", "554 5.4.6 The alias leads round in circles or to too many",
                routes);
  }
  const bool several = reply.addresses_size() > 1;
  const auto time = now();
  bool leads_somewhere = false;
  auto next = std::ranges::max(active.message.recipients, {}, &QueuedRecipient::position).position;
  for (const auto& address : reply.addresses()) {
    if (!is_clean_address(address)) continue;
    // Each address gets one copy, whatever aliases lead to it; so a circle ends as well.
    const auto known = std::ranges::find_if(active.message.recipients, [&](const QueuedRecipient& recipient) {
      return is_same_address(recipient.address, address);
    });
    if (known != active.message.recipients.end()) {
      leads_somewhere |= known->position != position && known->state != State::expanded;
      continue;
    }
    leads_somewhere = true;
    QueuedRecipient target;
    target.position = ++next;
    target.address = address;
    // RFC 3461 5.2.7: a list reports "expanded" itself; its members then report no success.
    target.notify = several ? alias.notify & ~dsn::notify_success : alias.notify;
    if (several && alias.notify == dsn::notify_success) target.notify = dsn::notify_never;
    target.orcpt = alias.orcpt.empty() ? "rfc822;" + alias.address : alias.orcpt;
    target.depth = alias.depth + 1;
    target.junk = alias.junk;
    target.next_attempt = time;
    target.changed = time;
    routes.changed.push_back(target.position);
    active.message.recipients.push_back(std::move(target));
  }
  if (!leads_somewhere) {
    // To itself, or to aliases that lead here: nobody would get the message, and nobody would know.
    return fail(active, position, "5.4.6", "554 5.4.6 The alias leads to nobody but itself", routes);
  }
  note_expanded(active.message, *active.at(position), several, time);
  routes.changed.push_back(position);
  log_.info(
      "expanded",
      {{"id", active.message.id.text()}, {"recipient", alias.address}, {"targets", reply.addresses_size()}});
}

}  // namespace scop::relay
