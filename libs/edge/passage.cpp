#include "edge/passage.hpp"

#include "core/ascii.hpp"
#include "edge/limits.hpp"
#include "fixup/long_lines.hpp"
#include "message/header.hpp"
#include "smtp/limits.hpp"

namespace scop::edge {

namespace {

v1::Ret ret_of(smtp::Ret ret) {
  switch (ret) {
    case smtp::Ret::full:
      return v1::RET_FULL;
    case smtp::Ret::hdrs:
      return v1::RET_HDRS;
    case smtp::Ret::unspecified:
      break;
  }
  return v1::RET_UNSPECIFIED;
}

bool has_utf8_address(const smtp_session::Transaction& transaction) {
  return transaction.mail.reverse_path.needs_smtputf8() ||
         std::ranges::any_of(transaction.recipients,
                             [](const auto& rcpt) { return rcpt.forward_path.needs_smtputf8(); });
}

}  // namespace

Passage::Passage(World& world, std::unique_ptr<Preparation> preparation,
                 const smtp_session::Transaction& transaction, std::string tls)
    : world_(world), preparation_(std::move(preparation)), transaction_(transaction), tls_(std::move(tls)) {}

Passage::~Passage() { release(); }

bool Passage::hold(std::size_t octets) {
  if (world_.held_octets + octets > world_.bounds.message_memory) return false;
  world_.held_octets += octets;
  held_octets_ += octets;
  return true;
}

void Passage::release() {
  world_.held_octets -= held_octets_;
  held_octets_ = 0;
  std::string().swap(held_);
}

smtp::Reply Passage::refuse(smtp::Reply reply) {
  release();
  delivery_.reset();
  refusal_ = reply;
  return reply;
}

v1::Envelope Passage::envelope(bool eight_bit, bool smtputf8) const {
  const auto& mail = transaction_.mail;
  v1::Envelope envelope;
  envelope.set_id(id_.octets());
  envelope.set_trace(id_.text());
  envelope.set_client_tls(tls_);
  envelope.set_reverse_path(mail.reverse_path.address());
  envelope.set_ret(ret_of(mail.parameters.ret));
  envelope.set_envid(mail.parameters.envid);
  envelope.set_body(eight_bit ? v1::BODY_8BITMIME : v1::BODY_7BIT);
  envelope.set_smtputf8(smtputf8);
  envelope.set_requiretls(mail.parameters.requiretls);
  for (const auto& [path, parameters] : transaction_.recipients) {
    auto& recipient = *envelope.add_recipients();
    // RFC 5321 4.1.1.3: <Postmaster> without a domain is ours.
    recipient.set_address(path.domain.empty() ? path.local_part + "@" + world_.domain : path.address());
    recipient.set_notify(parameters.notify);
    recipient.set_orcpt(parameters.orcpt);
  }
  envelope.set_edge_host(world_.host);
  preparation_->complete(envelope);
  return envelope;
}

Task<> Passage::take(std::string octets) {
  if (refusal_) co_return;
  if (delivery_) co_return co_await stream(std::move(octets));
  if (!hold(octets.size())) {
    refuse(smtp::reply(451, "4.3.1", "Too many messages under way; try again later"));
    co_return;
  }
  held_ += octets;
  if (held_.size() > limits::held_whole) co_await begin_streaming();
}

Task<> Passage::begin_streaming() {
  if (message::find_body(held_) == std::string_view::npos) {
    refuse(smtp::reply(552, "5.3.4", "Header section too large"));
    co_return;
  }
  if (auto reply = preparation_->header(held_, id_)) {
    refuse(std::move(*reply));
    co_return;
  }
  // The octets to come are not known; unless 7BIT was promised they may be 8-bit (RFC 6152).
  const auto& parameters = transaction_.mail.parameters;
  delivery_.emplace(*world_.next, envelope(parameters.body != smtp::Body::seven_bit, parameters.smtputf8),
                    trace_.text());
  if (auto begun = co_await delivery_->begin(in(limits::open_pass)); !begun) {
    refuse(broken(begun.error(), "open"));
    co_return;
  }
  auto first = std::move(held_);
  co_await stream(std::move(first));
  release();
}

Task<> Passage::stream(std::string octets) {
  watch_.feed(octets);
  if (watch_.seen().longest_line > smtp::limits::text_line) {
    refuse(fixup::line_too_long());
    co_return;
  }
  if (watch_.seen().eight_bit && transaction_.mail.parameters.body == smtp::Body::seven_bit) {
    refuse(smtp::reply(554, "5.6.3", "Message declared as BODY=7BIT has 8-bit octets"));
    co_return;
  }
  if (auto sent = co_await delivery_->send(octets); !sent) {
    // The callee may have refused with a reason; otherwise the pipe broke.
    auto receipt = co_await delivery_->give_up();
    refuse(receipt ? reply_to(*receipt) : broken(receipt.error(), "stream"));
  }
}

Task<smtp::Reply> Passage::finish(smtp::Octets octets) {
  if (refusal_) co_return *refusal_;
  if (delivery_) co_return co_await finish_stream();
  co_return co_await finish_held(octets);
}

Task<smtp::Reply> Passage::finish_held(const smtp::Octets& octets) {
  if (auto reply = preparation_->header(held_, id_)) co_return refuse(std::move(*reply));
  auto message = std::move(held_);
  if (octets.longest_line > smtp::limits::text_line) {
    if (auto reply = preparation_->long_lines(message)) co_return refuse(std::move(*reply));
  }
  const bool eight_bit = !ascii::is_all_ascii(message);
  const bool smtputf8 =
      transaction_.mail.parameters.smtputf8 && (eight_bit || has_utf8_address(transaction_));
  delivery_.emplace(*world_.next, envelope(eight_bit, smtputf8), trace_.text());
  const auto deadline = in(limits::final_reply);
  auto receipt = co_await delivery_->send_whole(message, deadline);
  if (receipt) co_return reply_to(*receipt);
  co_return co_await settle(std::move(message), std::move(receipt.error()), deadline);
}

Task<smtp::Reply> Passage::finish_stream() {
  const auto deadline = in(limits::final_reply);
  auto receipt = co_await delivery_->finish(deadline);
  if (receipt) co_return reply_to(*receipt);
  co_return co_await settle({}, std::move(receipt.error()), deadline);
}

// A Pass broke. It is committed, or it can be repeated once (held whole), or nobody can tell in time: then
// 451, and the client's second try has another id: that is SMTP's own uncertainty.
Task<smtp::Reply> Passage::settle(std::string message, pipe::Status status, Deadline deadline) {
  world_.log->warning("pass broke", {{"id", id_.text()},
                                     {"status", pipe::name_of(status.code)},
                                     {"reason", status.message},
                                     {"last_part_given", delivery_->may_be_committed() ? "yes" : "no"}});
  if (delivery_->may_be_committed()) {
    const auto outcome = co_await delivery_->ask_outcome(deadline);
    if (!outcome) co_return broken(status, "outcome");
    if (outcome->state() == v1::OutcomeAnswer::COMMITTED)
      co_return smtp::reply(250, "2.0.0", "queued as " + id_.text());
  }
  if (message.empty() || std::chrono::steady_clock::now() >= deadline) co_return broken(status, "pass");
  auto receipt = co_await delivery_->send_whole(message, deadline);
  if (receipt) co_return reply_to(*receipt);
  if (delivery_->may_be_committed()) {
    const auto outcome = co_await delivery_->ask_outcome(deadline);
    if (outcome && outcome->state() == v1::OutcomeAnswer::COMMITTED)
      co_return smtp::reply(250, "2.0.0", "queued as " + id_.text());
  }
  co_return broken(receipt.error(), "second pass");
}

smtp::Reply Passage::reply_to(const v1::Receipt& receipt) const {
  if (receipt.has_accepted()) return smtp::reply(250, "2.0.0", "queued as " + id_.text());
  const bool refused = receipt.has_refused();
  if (!refused && !receipt.has_deferred()) return smtp::reply(451, "4.3.0", "Temporary failure");
  const auto& said = refused ? receipt.refused() : receipt.deferred();
  // A stage's slip must not turn a refusal into an acceptance.
  const std::uint32_t kind = refused ? 5 : 4;
  const int code = said.code() / 100 == kind ? static_cast<int>(said.code()) : refused ? 554 : 451;
  const bool fits =
      smtp::is_enhanced_code(said.enhanced()) && said.enhanced().starts_with(refused ? '5' : '4');
  return smtp::reply(code,
                     fits      ? said.enhanced()
                     : refused ? "5.0.0"
                               : "4.0.0",
                     ascii::printable(said.text(), 400));
}

smtp::Reply Passage::broken(const pipe::Status& status, std::string_view what) const {
  world_.log->error("message could not be passed on", {{"id", id_.text()},
                                                       {"step", what},
                                                       {"status", pipe::name_of(status.code)},
                                                       {"reason", status.message}});
  return smtp::reply(451, "4.3.0", "Temporary failure; try again later");
}

}  // namespace scop::edge
