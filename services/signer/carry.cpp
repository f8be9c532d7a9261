#include "signer/carry.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/ascii.hpp"
#include "core/id.hpp"
#include "signer/limits.hpp"

namespace scop::signer {

namespace {

using Answer = pipe::Result<v1::Receipt>;
using ToRelay = pipe::Outgoing<v1::Part, v1::Receipt>;

v1::Receipt receipt_of(const v1::Reply& reply) {
  v1::Receipt receipt;
  *(reply.code() >= 500 ? receipt.mutable_refused() : receipt.mutable_deferred()) = reply;
  return receipt;
}

// Nothing has been kept: the relay has no Findings.
v1::Receipt relay_is_away() {
  return receipt_of(refusal(451, "4.3.0", "The mail queue cannot be reached; try again later").reply);
}

// State of one transaction and its one line in the log.
class Transaction {
 public:
  Transaction(Desk& desk, const Log& log, std::string caller)
      : pass(desk, caller), log_(log), caller_(std::move(caller)) {}

  void begin(const v1::Envelope& envelope) {
    id_ = Id::from_octets(envelope.id()).value_or(Id{}).text();
    trace = ascii::is_all_ascii(envelope.trace()) ? envelope.trace() : std::string();
    sender_ = ascii::printable(envelope.reverse_path(), 320);
  }

  Answer end(Answer answer, std::string_view reason = {}) const {
    const auto took =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began_).count();
    const bool accepted = answer && answer->has_accepted();
    const auto text = reason.empty() && !answer ? std::string_view(answer.error().message) : reason;
    const auto line = accepted ? &Log::info : &Log::warning;
    (log_.*line)("passed", {{"id", id_},
                            {"from", caller_},
                            {"login", pass.login()},
                            {"sender", sender_},
                            {"size", pass.size()},
                            {"signed", fmt::format("{}", fmt::join(pass.signed_for(), ", "))},
                            {"result", result_of(answer)},
                            {"reason", text},
                            {"took_ms", took}});
    return answer;
  }

  Answer end(const Ending& ending) const {
    if (const auto* refused = std::get_if<Refusal>(&ending))
      return end(receipt_of(refused->reply), refused->reason);
    const auto& nothing = std::get<Void>(ending);
    return end(pipe::fail(nothing.denied ? pipe::Code::permission_denied : pipe::Code::invalid_argument,
                          nothing.why));
  }

  SigningPass pass;
  std::string trace;

 private:
  static std::string result_of(const Answer& answer) {
    if (!answer) return "broken";
    if (answer->has_accepted()) return "accepted";
    const auto& reply = answer->has_refused() ? answer->refused() : answer->deferred();
    return fmt::format("{} {}", reply.code(), reply.enhanced());
  }

  const Log& log_;
  std::string caller_;
  std::string id_;
  std::string sender_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

// The relay ended the call before it had everything: a refusal or deferral of its own counts, nothing else
// does.
Task<v1::Receipt> early_answer(ToRelay& relay) {
  auto answer = co_await relay.finish(in(limits::ask_relay));
  if (answer && (answer->has_refused() || answer->has_deferred())) co_return std::move(*answer);
  co_return relay_is_away();
}

Task<pipe::Result<v1::Envelope>> first_part(pipe::Incoming<v1::Part>& parts) {
  auto part = co_await parts.next(in(limits::idle));
  if (!part) co_return std::unexpected(std::move(part.error()));
  if (!*part || !(*part)->has_envelope()) {
    co_return pipe::fail(pipe::Code::invalid_argument, "the first part is not an envelope");
  }
  co_return std::move(*(**part).mutable_envelope());
}

// The Findings are the last part: what comes behind them makes the stream void.
Task<pipe::Result<>> expect_end(pipe::Incoming<v1::Part>& parts) {
  auto part = co_await parts.next(in(limits::idle));
  if (!part) co_return std::unexpected(std::move(part.error()));
  if (*part) co_return pipe::fail(pipe::Code::invalid_argument, "a part behind the findings");
  co_return pipe::Result<>{};
}

Task<Answer> conclude(Transaction& transaction, ToRelay& relay, v1::Findings findings) {
  auto signed_findings = transaction.pass.finish(std::move(findings), now());
  if (!signed_findings) co_return transaction.end(signed_findings.error());
  const auto verdicts = signed_findings->verdicts();
  v1::Part part;
  *part.mutable_findings() = std::move(*signed_findings);
  // A failure from here on is an error, not a reply: the relay may have committed.
  static_cast<void>(co_await relay.write(part, in(limits::idle)));
  auto answer = co_await relay.finish(in(limits::relay_answers));
  if (answer) {
    auto theirs = std::move(*answer->mutable_verdicts());
    answer->clear_verdicts();
    for (const auto& verdict : verdicts) {
      if (verdict.judge() == "signer") *answer->add_verdicts() = verdict;
    }
    answer->mutable_verdicts()->MergeFrom(theirs);
  }
  co_return transaction.end(std::move(answer));
}

Task<Answer> carry_parts(Transaction& transaction, ToRelay& relay, pipe::Incoming<v1::Part>& parts) {
  for (;;) {
    auto part = co_await parts.next(in(limits::idle));
    if (!part) co_return transaction.end(std::unexpected(std::move(part.error())));
    if (!*part) co_return transaction.end(Void{.why = "the stream ended without findings"});
    if ((*part)->has_findings()) {
      if (auto end = co_await expect_end(parts); !end)
        co_return transaction.end(std::unexpected(std::move(end.error())));
      co_return co_await conclude(transaction, relay, std::move(*(*part)->mutable_findings()));
    }
    if ((*part)->part_case() != v1::Part::kData) co_return transaction.end(Void{.why = "a second envelope"});
    if (auto step = transaction.pass.data((*part)->data()); !step) co_return transaction.end(step.error());
    if (auto written = co_await relay.write(**part, in(limits::idle)); !written) {
      co_return transaction.end(co_await early_answer(relay), written.error().message);
    }
  }
}

}  // namespace

Task<Answer> carry(std::shared_ptr<Desk> desk, pipe::Channel& relay, const Log& log, pipe::Call call,
                   pipe::Incoming<v1::Part>& parts) {
  Transaction transaction(*desk, log, call.caller);
  auto first = co_await first_part(parts);
  if (!first) co_return transaction.end(std::unexpected(std::move(first.error())));
  transaction.begin(*first);
  auto envelope = transaction.pass.envelope(std::move(*first), now());
  if (!envelope) co_return transaction.end(envelope.error());
  auto opened = co_await relay.open(pipe::methods::pass, in(limits::open_relay), transaction.trace);
  if (!opened) co_return transaction.end(relay_is_away(), opened.error().message);
  v1::Part part;
  *part.mutable_envelope() = std::move(*envelope);
  if (auto written = co_await opened->write(part, in(limits::idle)); !written) {
    co_return transaction.end(co_await early_answer(*opened), written.error().message);
  }
  co_return co_await carry_parts(transaction, *opened, parts);
}

}  // namespace scop::signer
