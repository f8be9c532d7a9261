#include "forwards.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "dsn/notify.hpp"
#include "message/header.hpp"
#include "notices.hpp"
#include "pieces.hpp"
#include "results.hpp"

namespace scop::relay {

namespace {

constexpr std::chrono::seconds signer_away{30};

std::string text_of(const v1::Reply& reply) {
  return fmt::format("{} {} {}", reply.code(), reply.enhanced(), reply.text()).substr(0, 1000);
}

// It has come by here before: each round adds a field.
bool has_been_here(std::string_view octets, std::string_view address) {
  const auto header = message::parse_header(octets);
  return header && !address.empty() &&
         std::ranges::any_of(message::find_all(*header, "Delivered-To"), [&](const auto* field) {
           return ascii::equals_ignoring_case(message::unfold(field->value), address);
         });
}

}  // namespace

std::string led_from(const QueuedMessage& message, const QueuedRecipient& recipient) {
  std::string found;
  for (const auto& other : message.recipients) {
    if (other.state != State::expanded || other.depth + 1 != recipient.depth) continue;
    if (!found.empty()) return {};
    found = other.address;
  }
  return found;
}

Task<> Forwards::send(ActivePtr active, std::int64_t position) {
  co_await pass_on(active, position);
  co_await desk_.record(active, {position});
}

Task<> Forwards::pass_on(ActivePtr active, std::int64_t position) {
  auto& message = active->message;
  const auto octets = co_await desk_.octets_of(active);
  if (!octets) co_return note_postponed(message, *active->at(position), now() + signer_away);
  const auto alias = led_from(message, *active->at(position));
  if (has_been_here(**octets, alias)) {
    log_.warning("failed", {{"id", message.id.text()},
                            {"recipient", active->at(position)->address},
                            {"why", "a forwarding loop"}});
    co_return note_failed(message, *active->at(position),
                          {"5.4.6", "554 5.4.6 The forward leads round in circles", ""}, now());
  }
  // Of the time of receipt, so that the message is the same however often it is repeated.
  auto reverse_path = addresses_.rewrite(message.reverse_path, message.received);
  if (!reverse_path) {
    co_return note_failed(message, *active->at(position),
                          {"5.1.7", "553 5.1.7 The reverse path cannot be rewritten for a forward", ""},
                          now());
  }
  auto head = alias.empty() ? std::string{} : fmt::format("Delivered-To: {}\r\n", alias);
  head += **octets;
  const auto receipt = co_await hand_over(active, position, std::move(*reverse_path),
                                          std::make_shared<const std::string>(std::move(head)));
  note(*active, position, receipt);
}

Task<pipe::Result<v1::Receipt>> Forwards::hand_over(ActivePtr active, std::int64_t position,
                                                    std::string reverse_path, Octets octets) {
  const auto& message = active->message;
  const auto& recipient = *active->at(position);
  const auto id = derived_id(message.id, "forward", {recipient.address});
  v1::Envelope envelope;
  envelope.set_id(id.octets());
  envelope.set_trace(message.trace);
  envelope.set_role(v1::ROLE_FORWARD);
  envelope.set_reverse_path(std::move(reverse_path));
  envelope.set_ret(static_cast<v1::Ret>(message.ret));
  envelope.set_envid(message.envid);
  envelope.set_body(message.eight_bit ? v1::BODY_8BITMIME : v1::BODY_7BIT);
  envelope.set_smtputf8(message.smtputf8);
  envelope.set_requiretls(message.requiretls);
  envelope.set_edge_host(host_);
  envelope.mutable_arc()->set_results(message.arc_results);
  envelope.mutable_arc()->set_chain(message.arc_chain);
  auto* added = envelope.add_recipients();
  added->set_address(recipient.address);
  // Our own bounces of the forward would reach the sender too.
  added->set_notify(may_be_told(message) ? recipient.notify : dsn::notify_never);
  added->set_orcpt(recipient.orcpt);
  const auto file = message.spool.empty() ? std::string{} : spool_.path(message.spool).string();
  auto receipt = co_await neighbours_.forward(std::move(envelope), pieces_of(std::move(octets), file, pool_));
  // Committed in an earlier life, whose envelope was another?
  if (receipt && receipt->has_refused() && co_await was_committed(id)) {
    receipt->mutable_accepted()->set_queue_id(id.text());
  }
  co_return receipt;
}

Task<bool> Forwards::was_committed(const Id& id) {
  v1::OutcomeQuestion question;
  question.set_id(id.octets());
  question.set_edge("relay");
  const auto outcome = co_await neighbours_.outcome(std::move(question));
  co_return outcome && outcome->state() == v1::OutcomeAnswer::COMMITTED;
}

void Forwards::note(Active& active, std::int64_t position, const pipe::Result<v1::Receipt>& receipt) {
  auto& message = active.message;
  auto& recipient = *active.at(position);
  std::string_view what = "forwarded";
  std::string reply;
  if (!receipt) {
    what = "postponed";
    reply = "the signer is away: " + receipt.error().message;
    note_postponed(message, recipient, now() + signer_away);
  } else if (receipt->has_accepted()) {
    reply = receipt->accepted().queue_id();
    // The forward's own life reports from here on.
    note_relayed(message, recipient, {"2.0.0", "250 2.0.0 forwarded as " + reply, ""}, true, now());
  } else if (receipt->has_refused()) {
    what = "failed";
    reply = text_of(receipt->refused());
    note_failed(message, recipient, {receipt->refused().enhanced(), reply, ""}, now());
  } else {
    what = "deferred";
    reply = text_of(receipt->deferred());
    note_deferred(message, recipient, {receipt->deferred().enhanced(), reply, ""}, desk_.schedule(), now());
  }
  log_.info(what, {{"id", message.id.text()}, {"recipient", recipient.address}, {"reply", reply}});
}

}  // namespace scop::relay
