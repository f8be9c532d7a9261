#include "intake.hpp"

#include <fmt/format.h>

#include "assembly.hpp"
#include "core/base64.hpp"
#include "dispositions.hpp"
#include "envelope.hpp"
#include "files/descriptor.hpp"
#include "inspection.hpp"
#include "limits.hpp"
#include "pipe/trace_context.hpp"
#include "receipts.hpp"
#include "rights.hpp"

namespace scop::relay {

// What a Pass has brought so far.
struct Intake::Received {
  Gathering gathering;
  Inspection inspection;
  v1::Findings findings;
  std::string sha256;
  std::optional<Error> wrong;  // found on the way; the stream is read to its end all the same
  Deadline commit_by{};
};

Intake::Intake(IntakeSettings settings, const Log& log, store::Writer& writer, files::Pool& pool,
               const files::Spool& spool, Addresses& addresses, std::int64_t last_number, Committed committed)
    : settings_(std::move(settings)),
      log_(log),
      writer_(writer),
      pool_(pool),
      spool_(spool),
      addresses_(addresses),
      last_number_(last_number),
      committed_(std::move(committed)) {}

Task<pipe::Result<v1::Receipt>> Intake::pass(pipe::Call call, pipe::Incoming<v1::Part>& parts) {
  auto first = co_await parts.next(in(limits::idle_part));
  if (!first) co_return std::unexpected(std::move(first.error()));
  if (!*first || !(*first)->has_envelope()) {
    co_return pipe::fail(pipe::Code::invalid_argument, "the first part is not an envelope");
  }
  auto envelope = std::move(*(*first)->mutable_envelope());
  if (const auto good = check(envelope); !good) {
    log_.warning(
        "refused",
        {{"id", to_hex(envelope.id().substr(0, 16))}, {"caller", call.caller}, {"why", good.error().what}});
    co_return good.error().kind == ErrorKind::too_large ? refused(554, "5.5.3", "Too many recipients")
                                                        : refused(553, "5.1.3", "The envelope is malformed");
  }
  if (!may_send(call.caller, envelope.role())) {
    log_.warning("refused", {{"id", to_hex(envelope.id())},
                             {"caller", call.caller},
                             {"why", "the caller may not send messages of this role"}});
    co_return refused(550, "5.7.1", "Not permitted");
  }
  envelope.set_trace(call.trace);  // what follows from this Pass: look-ups now, attempts later
  if (passing_.size() >= limits::passes) co_return deferred(451, "4.3.2", "Too busy, try again later");
  if (is_disk_low()) co_return deferred(452, "4.3.1", "Not enough room, try again later");
  const auto id = *Id::from_octets(envelope.id());
  const auto entry = passing_.insert(id);
  auto result = co_await receive(call.caller, envelope, parts);
  passing_.erase(entry);
  if (!result) {
    log_.warning("void", {{"id", id.text()}, {"caller", call.caller}, {"why", result.error().message}});
  }
  co_return result;
}

Task<pipe::Result<v1::Receipt>> Intake::receive(const std::string& caller, const v1::Envelope& envelope,
                                                pipe::Incoming<v1::Part>& parts) {
  // Octets that come meanwhile wait in the pipe.
  if (auto no_right = co_await check_rights(addresses_, log_, caller, envelope)) {
    co_return std::move(*no_right);
  }
  Received received{.gathering = Gathering(pool_, spool_, Id::from_octets(envelope.id())->text())};
  auto read = co_await read_all(parts, received);
  if (!read) co_return std::unexpected(std::move(read.error()));
  if (received.wrong) {
    log_.info("refused", {{"id", Id::from_octets(envelope.id())->text()}, {"why", received.wrong->what}});
    co_return reply_for(*received.wrong);
  }
  co_return co_await commit(caller, envelope, received);
}

Task<pipe::Result<>> Intake::read_all(pipe::Incoming<v1::Part>& parts, Received& received) {
  for (;;) {
    auto part = co_await parts.next(in(limits::idle_part));
    if (!part) co_return std::unexpected(std::move(part.error()));
    if (!*part) co_return pipe::fail(pipe::Code::invalid_argument, "the stream ended without findings");
    if ((*part)->has_findings()) {
      received.findings = std::move(*(*part)->mutable_findings());
      break;
    }
    if (!(*part)->has_data()) co_return pipe::fail(pipe::Code::invalid_argument, "a part is out of order");
    if (received.wrong) continue;
    auto octets = std::move(*(*part)->mutable_data());
    auto good = received.inspection.feed(octets);
    if (good && received.inspection.size() > settings_.max_message) {
      good = failure(ErrorKind::too_large, "the message is over max_message");
    }
    if (good) good = co_await received.gathering.add(std::move(octets));
    if (!good) received.wrong = std::move(good.error());
  }
  received.commit_by = in(limits::commit_start);
  auto end = co_await parts.next(in(limits::idle_part));
  if (!end) co_return std::unexpected(std::move(end.error()));
  if (*end) co_return pipe::fail(pipe::Code::invalid_argument, "there is a part behind the findings");
  if (received.wrong) co_return pipe::Result<>{};
  auto digest = received.inspection.finish();
  if (!digest) {
    received.wrong = std::move(digest.error());
    co_return pipe::Result<>{};
  }
  received.sha256 = std::move(*digest);
  if (received.findings.size() != received.inspection.size() ||
      received.findings.sha256() != received.sha256) {
    co_return pipe::fail(pipe::Code::invalid_argument, "the findings do not match the octets");
  }
  if (auto finished = co_await received.gathering.finish(); !finished)
    received.wrong = std::move(finished.error());
  co_return pipe::Result<>{};
}

Task<v1::Receipt> Intake::commit(const std::string& caller, const v1::Envelope& envelope,
                                 Received& received) {
  auto message = queued_from(envelope, caller, now());
  const auto id = message.id.text();
  auto refusal = apply(received.findings, caller, message);
  if (!refusal) {
    log_.warning("refused", {{"id", id}, {"caller", caller}, {"why", refusal.error().what}});
    co_return reply_for(refusal.error());
  }
  if (*refusal) {
    log_.info("refused",
              {{"id", id}, {"caller", caller}, {"why", "every recipient refuses: " + (*refusal)->text()}});
    co_return receipt_of(std::move(**refusal));
  }
  auto header = assemble(
      {envelope, received.findings, caller, settings_.host, received.gathering.header(), message.received});
  if (!header) {
    log_.warning("refused", {{"id", id}, {"caller", caller}, {"why", header.error().what}});
    co_return reply_for(header.error());
  }
  const auto body_octets = received.inspection.size() - received.gathering.header().size();
  auto octets = std::move(*header);
  message.size =
      octets.size() + (received.gathering.is_spooled() ? body_octets : received.gathering.body().size());
  octets += received.gathering.body();
  message.eight_bit = received.inspection.eight_bit();
  message.number = ++last_number_;
  if (received.gathering.is_spooled()) message.spool = received.gathering.spool_name();

  const auto began = std::chrono::steady_clock::now();
  const auto content = std::make_shared<const std::string>(std::move(octets));
  const auto kept = std::make_shared<const QueuedMessage>(message);
  auto entered = co_await writer_.write<ledger::Entered>(
      [kept, content, edge = edge_of(envelope), digest = digest_of(envelope, received.sha256),
       by = received.commit_by](store::Database& database) -> Outcome<ledger::Entered> {
        if (std::chrono::steady_clock::now() > by) return failure(ErrorKind::timed_out, "too late to commit");
        return ledger::enter(database, {*kept, *content, edge, digest});
      });
  if (!entered) {
    log_.error("not committed", {{"id", id}, {"why", entered.error().what}});
    co_return reply_for(entered.error().kind == ErrorKind::malformed ? Error{ErrorKind::broken, ""}
                                                                     : entered.error());
  }
  if (*entered == ledger::Entered::other) {
    log_.warning("refused", {{"id", id}, {"caller", caller}, {"why", "the id is known with another digest"}});
    co_return refused(554, "5.7.7", "The transaction's id was used before");
  }
  v1::Receipt receipt;
  receipt.mutable_accepted()->set_queue_id(id);
  if (*entered == ledger::Entered::known) {
    log_.info("known", {{"id", id}, {"caller", caller}});
    co_return receipt;
  }
  if (received.gathering.is_spooled()) received.gathering.keep_spool();
  const auto trace = pipe::context_of(envelope.trace());
  const auto took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began);
  log_.info("committed", {{"id", id},
                          {"from", "<" + message.reverse_path + ">"},
                          {"recipients", message.recipients.size()},
                          {"size", message.size},
                          {"caller", caller},
                          {"took_ms", took.count()},
                          {"trace", trace.id},
                          {"span", trace.span},
                          {"parent", trace.parent}});
  committed_(std::move(message), content);
  co_return receipt;
}

Task<pipe::Result<v1::OutcomeAnswer>> Intake::outcome(pipe::Call, v1::OutcomeQuestion question) {
  v1::OutcomeAnswer answer;
  const auto id = Id::from_octets(question.id());
  if (!id) co_return pipe::fail(pipe::Code::invalid_argument, "the id is not 16 octets");
  auto seen = co_await writer_.write<std::optional<ledger::Seen>>(
      [id](store::Database& database) { return ledger::seen(database, *id); });
  if (!seen) co_return pipe::fail(pipe::Code::unavailable, "the queue does not answer");
  if (*seen && (question.edge().empty() || (*seen)->edge == question.edge())) {
    answer.set_state(v1::OutcomeAnswer::COMMITTED);
    answer.set_queue_id(id->text());
  } else if (passing_.contains(*id)) {
    answer.set_state(v1::OutcomeAnswer::IN_FLIGHT);
  }
  co_return answer;
}

bool Intake::is_disk_low() {
  const auto at = std::chrono::steady_clock::now();
  if (at < disk_checked_ + std::chrono::seconds{1}) return disk_low_;
  disk_checked_ = at;
  const auto free = files::free_octets(spool_.folder());
  const bool low = !free || *free < settings_.free_floor;
  if (low != disk_low_) log_.warning(low ? "the disk is low: mail is deferred" : "the disk has room again");
  disk_low_ = low;
  return low;
}

}  // namespace scop::relay
