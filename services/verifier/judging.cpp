#include "verifier/judging.hpp"

#include <chrono>

#include "core/clock.hpp"
#include "verifier/ledger.hpp"
#include "verifier/limits.hpp"
#include "verifier/merging.hpp"

namespace scop::verifier {

namespace {

v1::CaseAnswer message_of(const Answered& answered) {
  v1::CaseAnswer message;
  message.mutable_question()->set_name(answered.question.name);
  message.mutable_question()->set_type(static_cast<std::uint32_t>(answered.question.type));
  message.set_rcode(static_cast<std::uint32_t>(answered.answer.rcode));
  message.set_validation(static_cast<std::uint32_t>(answered.answer.validation));
  for (const auto& record : answered.answer.records) message.add_records(record);
  message.set_why(answered.answer.why);
  return message;
}

// Never let through unjudged: whoever kills the judge gets this.
std::unexpected<stage::Ending> no_judge(std::string why) {
  return stage::refused(stage::refusal(
      451, "4.3.0", "The message cannot be checked just now; try again later", "judge: " + std::move(why)));
}

Task<> drop(judge::Judge& judge, v1::CaseRequest request) {
  static_cast<void>(co_await judge.ask(request.SerializeAsString(), in(limits::judge)));
}

}  // namespace

Judging::~Judging() {
  if (id_ == 0) return;
  auto last = request();
  last.set_drop(true);
  asio::co_spawn(world_.io, drop(world_.judge, std::move(last)), asio::detached);
}

v1::CaseRequest Judging::request() const {
  v1::CaseRequest made;
  made.set_id(id_);
  return made;
}

void Judging::add_answers(v1::CaseRequest& request) {
  for (const auto& answered : look_ups_->take()) *request.add_answers() = message_of(answered);
}

Task<stage::Stepped<>> Judging::ask(v1::CaseRequest request) {
  auto octets = co_await world_.judge.ask(request.SerializeAsString(), in(limits::judge));
  if (!octets) co_return no_judge(octets.error().what);
  v1::CaseReply reply;
  if (!reply.ParseFromString(*octets)) co_return no_judge("its reply cannot be read");
  if (reply.unknown()) co_return no_judge("it has lost the case");
  for (const auto& question : reply.wanted()) {
    look_ups_->ask({question.name(), static_cast<dns::Type>(question.type())});
  }
  if (reply.has_result()) {
    result_ = std::move(*reply.mutable_result());
    id_ = 0;
  }
  co_return stage::Stepped<>{};
}

Task<stage::Stepped<v1::Envelope>> Judging::envelope(v1::Envelope envelope) {
  if (envelope.role() != v1::ROLE_RECEIVED) {
    co_return stage::voided(
        "a message of role " + std::to_string(envelope.role()) + " does not come this way", true);
  }
  look_ups_.emplace(world_.io, world_.resolver, world_.cache, envelope.trace());
  for (const auto& recipient : envelope.recipients()) recipients_.push_back(recipient.address());
  id_ = ++world_.last_case;
  auto first = request();
  auto& begin = *first.mutable_begin();
  begin.set_client_address(envelope.client_address());
  begin.set_helo(envelope.client_helo());
  begin.set_reverse_path(envelope.reverse_path());
  begin.set_now(std::chrono::floor<std::chrono::seconds>(now()).time_since_epoch().count());
  if (auto asked = co_await ask(std::move(first)); !asked)
    co_return std::unexpected(std::move(asked.error()));
  co_return envelope;
}

Task<stage::Stepped<>> Judging::data(std::string_view chunk) {
  auto next = request();
  next.set_octets(std::string(chunk));
  add_answers(next);
  co_return co_await ask(std::move(next));
}

Task<stage::Stepped<>> Judging::conclude() {
  const auto deadline = in(limits::after_last_part);
  auto next = request();
  next.set_end(true);
  for (;;) {
    add_answers(next);
    if (auto asked = co_await ask(std::move(next)); !asked) co_return asked;
    if (result_) co_return stage::Stepped<>{};
    co_await look_ups_->until_one_has_come(deadline);
    next = request();
    // Nothing is under way and nothing has come: there is nothing more to wait for.
    next.set_conclude(std::chrono::steady_clock::now() >= deadline);
  }
}

Task<stage::Stepped<v1::Findings>> Judging::finish(v1::Findings findings) {
  if (auto concluded = co_await conclude(); !concluded)
    co_return std::unexpected(std::move(concluded.error()));
  if (world_.ledger != nullptr && result_->has_row()) world_.ledger->note(result_->row(), now());
  co_return merge(std::move(findings), *result_, recipients_);
}

std::vector<std::pair<std::string_view, std::string>> Judging::notes() const {
  std::vector<std::pair<std::string_view, std::string>> notes;
  if (!result_) return notes;
  for (const auto& verdict : result_->findings().verdicts())
    notes.emplace_back(verdict.method(), verdict.result());
  notes.emplace_back("disposition", v1::CaseResult::Disposition_Name(result_->disposition()));
  return notes;
}

}  // namespace scop::verifier
