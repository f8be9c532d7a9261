#include "stage/carry.hpp"

#include <fmt/format.h>
#include <utility>

#include "core/ascii.hpp"
#include "core/id.hpp"
#include "pipe/trace_context.hpp"
#include "stage/digest.hpp"
#include "stage/limits.hpp"

namespace scop::stage {

namespace {

using Answer = pipe::Result<v1::Receipt>;
using ToNext = pipe::Outgoing<v1::Part, v1::Receipt>;

// Nothing has been kept: nobody behind us has Findings.
v1::Receipt next_is_away() {
  return receipt_of(refusal(451, "4.3.0", "The mail system is not complete just now; try again later").reply);
}

std::string result_of(const Answer& answer) {
  if (!answer) return "broken";
  if (answer->has_accepted()) return "accepted";
  const auto& reply = answer->has_refused() ? answer->refused() : answer->deferred();
  return fmt::format("{} {}", reply.code(), reply.enhanced());
}

// One message's way through this stage and its one line in the log.
class Transaction {
 public:
  Transaction(const Post& post, Observer& observer, pipe::Call call)
      : post_(post), observer_(observer), caller_(std::move(call.caller)), trace_(std::move(call.trace)) {}

  Task<Answer> run(pipe::Incoming<v1::Part>& parts);

 private:
  Task<pipe::Result<v1::Envelope>> first_part(pipe::Incoming<v1::Part>& parts);
  Task<Answer> carry_parts(ToNext& next, pipe::Incoming<v1::Part>& parts);
  Task<pipe::Result<>> expect_end(pipe::Incoming<v1::Part>& parts);
  Stepped<> check_whole(const v1::Findings& findings);
  Task<Answer> conclude(ToNext& next, v1::Findings findings);
  Task<v1::Receipt> early_answer(ToNext& next);
  void begin(const v1::Envelope& envelope);
  Answer end(Answer answer, std::string_view reason = {}) const;
  Answer end(const Ending& ending) const;

  const Post& post_;
  Observer& observer_;
  std::string caller_;
  Digest digest_;
  std::string trace_;
  std::string id_;
  std::string sender_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

void Transaction::begin(const v1::Envelope& envelope) {
  id_ = Id::from_octets(envelope.id()).value_or(Id{}).text();
  sender_ = ascii::printable(envelope.reverse_path(), 320);
}

Answer Transaction::end(Answer answer, std::string_view reason) const {
  const auto took =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began_).count();
  const auto text = reason.empty() && !answer ? std::string_view(answer.error().message) : reason;
  const auto notes = observer_.notes();
  const std::string result = result_of(answer);
  std::vector<LogPair> fields{{"id", id_}, {"from", caller_}, {"sender", sender_}, {"size", digest_.size()}};
  for (const auto& [name, value] : notes) fields.emplace_back(name, value);
  fields.emplace_back("result", result);
  fields.emplace_back("reason", text);
  fields.emplace_back("took_ms", took);
  const auto context = pipe::context_of(trace_);
  fields.emplace_back("trace", context.id);
  fields.emplace_back("span", context.span);
  fields.emplace_back("parent", context.parent);
  post_.log.write(answer && answer->has_accepted() ? LogLevel::info : LogLevel::warning, "passed", fields);
  return answer;
}

Answer Transaction::end(const Ending& ending) const {
  if (const auto* refused = std::get_if<Refusal>(&ending)) {
    return end(receipt_of(refused->reply), refused->reason);
  }
  const auto& nothing = std::get<Void>(ending);
  return end(
      pipe::fail(nothing.denied ? pipe::Code::permission_denied : pipe::Code::invalid_argument, nothing.why));
}

// The next stage ended the call before it had everything: a refusal or deferral of its own counts, nothing
// else does.
Task<v1::Receipt> Transaction::early_answer(ToNext& next) {
  auto answer = co_await next.finish(in(limits::ask_next));
  if (answer && (answer->has_refused() || answer->has_deferred())) co_return std::move(*answer);
  co_return next_is_away();
}

Task<pipe::Result<v1::Envelope>> Transaction::first_part(pipe::Incoming<v1::Part>& parts) {
  auto part = co_await parts.next(in(limits::idle));
  if (!part) co_return std::unexpected(std::move(part.error()));
  if (!*part || !(*part)->has_envelope()) {
    co_return pipe::fail(pipe::Code::invalid_argument, "the first part is not an envelope");
  }
  co_return std::move(*(**part).mutable_envelope());
}

// The Findings are the last part: what comes behind them makes the stream void.
Task<pipe::Result<>> Transaction::expect_end(pipe::Incoming<v1::Part>& parts) {
  auto part = co_await parts.next(in(limits::idle));
  if (!part) co_return std::unexpected(std::move(part.error()));
  if (*part) co_return pipe::fail(pipe::Code::invalid_argument, "a part behind the findings");
  co_return pipe::Result<>{};
}

Stepped<> Transaction::check_whole(const v1::Findings& findings) {
  if (findings.size() != digest_.size()) return voided("Findings tell another size than the stream had");
  if (findings.sha256() != digest_.finish())
    return voided("Findings tell another digest than the stream had");
  return {};
}

Task<Answer> Transaction::conclude(ToNext& next, v1::Findings findings) {
  if (auto whole = check_whole(findings); !whole) co_return end(whole.error());
  auto finished = co_await observer_.finish(std::move(findings));
  if (!finished) co_return end(finished.error());
  const auto verdicts = finished->verdicts();
  v1::Part part;
  *part.mutable_findings() = std::move(*finished);
  // A failure from here on is an error, not a reply: the message may be committed.
  static_cast<void>(co_await next.write(part, in(limits::idle)));
  auto answer = co_await next.finish(in(limits::next_answers));
  if (answer) {
    auto theirs = std::move(*answer->mutable_verdicts());
    answer->clear_verdicts();
    for (const auto& verdict : verdicts) {
      if (verdict.judge() == post_.name) *answer->add_verdicts() = verdict;
    }
    answer->mutable_verdicts()->MergeFrom(theirs);
  }
  co_return end(std::move(answer));
}

Task<Answer> Transaction::carry_parts(ToNext& next, pipe::Incoming<v1::Part>& parts) {
  for (;;) {
    auto part = co_await parts.next(in(limits::idle));
    if (!part) co_return end(std::unexpected(std::move(part.error())));
    if (!*part) co_return end(Void{.why = "the stream ended without findings"});
    if ((*part)->has_findings()) {
      if (auto ended = co_await expect_end(parts); !ended)
        co_return end(std::unexpected(std::move(ended.error())));
      co_return co_await conclude(next, std::move(*(*part)->mutable_findings()));
    }
    if ((*part)->part_case() != v1::Part::kData) co_return end(Void{.why = "a second envelope"});
    digest_.add((*part)->data());
    if (auto step = co_await observer_.data((*part)->data()); !step) co_return end(step.error());
    if (auto written = co_await next.write(**part, in(limits::idle)); !written) {
      co_return end(co_await early_answer(next), written.error().message);
    }
  }
}

Task<Answer> Transaction::run(pipe::Incoming<v1::Part>& parts) {
  auto first = co_await first_part(parts);
  if (!first) co_return end(std::unexpected(std::move(first.error())));
  begin(*first);
  // What the observer asks of others follows from this call; the next stage gets the envelope as it came.
  const auto told = first->trace();
  first->set_trace(trace_);
  auto envelope = co_await observer_.envelope(std::move(*first));
  if (!envelope) co_return end(envelope.error());
  envelope->set_trace(told);
  auto opened = co_await post_.next.open(pipe::methods::pass, in(limits::open_next), trace_);
  if (!opened) co_return end(next_is_away(), opened.error().message);
  v1::Part part;
  *part.mutable_envelope() = std::move(*envelope);
  if (auto written = co_await opened->write(part, in(limits::idle)); !written) {
    co_return end(co_await early_answer(*opened), written.error().message);
  }
  co_return co_await carry_parts(*opened, parts);
}

}  // namespace

Task<Answer> carry(Post post, std::unique_ptr<Observer> observer, pipe::Call call,
                   pipe::Incoming<v1::Part>& parts) {
  Transaction transaction(post, *observer, std::move(call));
  co_return co_await transaction.run(parts);
}

Task<pipe::Result<v1::OutcomeAnswer>> ask_outcome(pipe::Channel& next, bool caller_is_edge, pipe::Call call,
                                                  v1::OutcomeQuestion question) {
  if (caller_is_edge) question.set_edge(call.caller);
  auto deadline = in(limits::ask_next);
  if (call.deadline && *call.deadline < deadline) deadline = *call.deadline;
  co_return co_await next.call(pipe::methods::outcome, question, deadline, call.trace);
}

}  // namespace scop::stage
