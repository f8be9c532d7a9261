#include "notices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/digest.hpp"
#include "limits.hpp"
#include "message/header.hpp"

namespace scop::relay {

namespace {

constexpr std::chrono::seconds signer_away{30};
constexpr std::chrono::hours signer_refuses{1};

dsn::Action action_of(const QueuedRecipient& recipient, unsigned owed) {
  if (owed == owes_failure) return dsn::Action::failed;
  if (owed == owes_delay) return dsn::Action::delayed;
  switch (recipient.state) {
    case State::relayed:
      return dsn::Action::relayed;
    case State::expanded:
      return dsn::Action::expanded;
    default:
      return dsn::Action::delivered;
  }
}

}  // namespace

Id derived_id(const Id& queue_id, std::string_view kind, std::vector<std::string> addresses) {
  std::ranges::sort(addresses);
  std::string text = fmt::format("scop derived v1\n{}\n{}\n", queue_id.text(), kind);
  for (const auto& address : addresses) text += fmt::format("{}:{}\n", address.size(), address);
  return *Id::from_octets(std::string_view(crypto::sha256(text)).substr(0, 16));
}

std::vector<Notice> notices_owed(const QueuedMessage& message) {
  std::vector<Notice> notices;
  for (const auto& recipient : message.recipients) {
    for (const auto owed : {owes_failure, owes_delay, owes_success}) {
      if ((recipient.owes & owed) == 0) continue;
      const auto action = action_of(recipient, owed);
      const auto found = std::ranges::find_if(notices, [&](const Notice& notice) {
        return notice.action == action && notice.changed == recipient.changed;
      });
      if (found != notices.end()) {
        found->positions.push_back(recipient.position);
      } else {
        notices.push_back({action, owed, recipient.changed, {recipient.position}});
      }
    }
  }
  return notices;
}

Task<> Notices::send(ActivePtr active) {
  for (const auto& notice : notices_owed(active->message)) {
    if (active->dropped || desk_.is_stopping()) break;
    const auto sent = co_await send_one(active, notice);
    settle(*active, notice, sent);
    co_await desk_.record(active, notice.positions);
  }
  desk_.leave(active);
}

void Notices::settle(Active& active, const Notice& notice, Sent sent) {
  const auto time = now();
  for (const auto position : notice.positions) {
    auto& recipient = *active.at(position);
    // One that the signer refuses for as long as a message may take is given up: there is nobody left to
    // tell.
    const bool hopeless = sent == Sent::much_later && time - notice.changed > desk_.schedule().expire;
    if (sent == Sent::yes || hopeless) {
      recipient.owes &= ~notice.owed;
      continue;
    }
    active.notices_failed = true;
    if (recipient.state != State::queued) {
      recipient.next_attempt =
          time + (sent == Sent::later ? std::chrono::milliseconds{signer_away} : signer_refuses);
    }
  }
}

Task<Notices::Sent> Notices::send_one(const ActivePtr& active, const Notice& notice) {
  const auto octets = co_await desk_.octets_of(active);
  if (!octets) co_return Sent::later;
  const auto& message = active->message;
  std::vector<std::string> addresses;
  for (const auto position : notice.positions) addresses.push_back(active->at(position)->address);
  const auto id = derived_id(message.id, dsn::name_of(notice.action), std::move(addresses));
  auto notification = build(message, notice, id, **octets);

  v1::Envelope envelope;
  envelope.set_id(id.octets());
  envelope.set_trace(id.text());
  envelope.set_role(v1::ROLE_BOUNCE);
  envelope.set_body(notification.eight_bit ? v1::BODY_8BITMIME : v1::BODY_7BIT);
  envelope.set_smtputf8(notification.smtputf8);
  envelope.set_edge_host(settings_.host);
  auto* recipient = envelope.add_recipients();
  recipient->set_address(message.reverse_path);
  recipient->set_notify(dsn::notify_never);  // RFC 3464 2
  auto receipt = co_await neighbours_.pass(std::move(envelope), std::move(notification.octets));

  const auto tell = [&](std::string_view result) {
    log_.info("notice", {{"id", message.id.text()},
                         {"kind", dsn::name_of(notice.action)},
                         {"to", "<" + message.reverse_path + ">"},
                         {"notice", id.text()},
                         {"result", result}});
  };
  if (!receipt) {
    tell("the signer is away: " + receipt.error().message);
    co_return Sent::later;
  }
  if (receipt->has_accepted()) {
    tell("accepted");
    co_return Sent::yes;
  }
  if (receipt->has_refused()) {
    // Committed in an earlier life, from which the clock or the configuration has changed?
    v1::OutcomeQuestion question;
    question.set_id(id.octets());
    question.set_edge("relay");
    const auto outcome = co_await neighbours_.outcome(std::move(question));
    if (outcome && outcome->state() == v1::OutcomeAnswer::COMMITTED) {
      tell("accepted before");
      co_return Sent::yes;
    }
    tell(fmt::format("refused: {} {}", receipt->refused().code(), receipt->refused().text()));
    co_return Sent::much_later;
  }
  tell(fmt::format("deferred: {} {}", receipt->deferred().code(), receipt->deferred().text()));
  co_return Sent::later;
}

dsn::Notification Notices::build(const QueuedMessage& message, const Notice& notice, const Id& id,
                                 std::string_view octets) const {
  std::vector<dsn::RecipientStatus> recipients;
  for (const auto position : notice.positions) {
    const auto& recipient = *std::ranges::find(message.recipients, position, &QueuedRecipient::position);
    recipients.push_back({.address = recipient.address,
                          .original = recipient.orcpt,
                          .action = notice.action,
                          .status = recipient.status,
                          .diagnostic = recipient.reply,
                          .remote_mta = recipient.mx,
                          .last_attempt = recipient.changed});
  }
  const auto body = std::min(message::find_body(octets), octets.size());
  const auto text = id.text();
  dsn::ReportView report{.reporting_mta = settings_.host,
                         .from = settings_.postmaster,
                         .to = message.reverse_path,
                         .id = text,
                         .envid = message.envid,
                         .date = notice.changed,
                         .arrival = message.received,
                         .recipients = recipients,
                         .header = octets.substr(0, body),
                         .body = octets.substr(body),
                         .smtputf8 = message.smtputf8};
  // RFC 3461 4.3: RET speaks of failures alone. A spooled body is too large to come back.
  report.with_body =
      notice.action == dsn::Action::failed && message.ret != v1::RET_HDRS && message.spool.empty();
  if (notice.action == dsn::Action::delayed) report.retry_until = message.received + desk_.schedule().expire;
  return dsn::build(report);
}

}  // namespace scop::relay
