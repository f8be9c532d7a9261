#include "remote_delivery.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "limits.hpp"
#include "pieces.hpp"
#include "results.hpp"
#include "tls_required.hpp"

namespace scop::relay {

namespace {

std::string text_of(const v1::Reply& reply) {
  std::string text = fmt::format("{}", reply.code());
  if (!reply.enhanced().empty()) text += " " + reply.enhanced();
  if (!reply.text().empty()) text += " " + reply.text();
  return text.substr(0, 1000);
}

queueing::Ending ending_of(const v1::AttemptReport& report) {
  bool all_ours_deferred = true;
  bool any_remote = false;
  bool busy = false;
  for (const auto& recipient : report.recipients()) {
    const bool is_deferred = recipient.result() == v1::RecipientReport::DEFERRED;
    all_ours_deferred = all_ours_deferred && is_deferred && recipient.reply_is_ours();
    any_remote = any_remote || !recipient.reply_is_ours();
    busy = busy || (is_deferred && !recipient.reply_is_ours() && recipient.reply().code() == 421);
  }
  if (busy) return queueing::Ending::busy;
  if (all_ours_deferred) return queueing::Ending::unreachable;
  // A failure of our own finding (no such domain) says nothing of a next hop.
  return any_remote ? queueing::Ending::reached : queueing::Ending::unknown;
}

}  // namespace

RemoteDelivery::RemoteDelivery(asio::io_context& io, queueing::DestinationLimits limits, const Log& log,
                               Desk& desk, Neighbours& neighbours, files::Pool& pool,
                               const files::Spool& spool, bool counts_tls)
    : io_(io),
      log_(log),
      desk_(desk),
      neighbours_(neighbours),
      pool_(pool),
      spool_(spool),
      counts_tls_(counts_tls),
      destinations_(limits) {}

void RemoteDelivery::add(ActivePtr active, std::string domain, std::vector<std::int64_t> positions) {
  Work work{std::move(active), std::move(domain), std::move(positions)};
  const auto steady = std::chrono::steady_clock::now();
  if (const auto until = destinations_.resting_until(work.domain, steady)) {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(*until - steady);
    asio::co_spawn(io_, spare(std::move(work), now() + rest), asio::detached);
    return;
  }
  // More than memory should hold for one destination, or while the courier is away: others must not starve
  // behind it.
  const auto found = lines_.find(work.domain);
  if (found != lines_.end() && found->second.waiting >= limits::waiting_per_domain) {
    const auto wait = found->second.pace.next_return(found->second.waiting, steady);
    asio::co_spawn(io_, put_off(std::move(work), now() + wait), asio::detached);
    return;
  }
  if (away_ && works_.size() >= limits::waiting_without_courier) {
    asio::co_spawn(io_, put_off(std::move(work), now() + limits::put_off_without_courier), asio::detached);
    return;
  }
  wait_in_line(std::move(work));
  pump();
}

void RemoteDelivery::wait_in_line(Work work) {
  ++lines_[work.domain].waiting;
  destinations_.add(work.domain, ++last_work_);
  works_.emplace(last_work_, std::move(work));
}

void RemoteDelivery::wake_all() {
  destinations_.wake_all();
  pump();
}

// Later, on an empty stack: an attempt that ends at once would otherwise start the next one inside itself.
void RemoteDelivery::pump() {
  if (std::exchange(pump_posted_, true)) return;
  asio::post(io_, [this] {
    pump_posted_ = false;
    start_attempts();
  });
}

void RemoteDelivery::start_attempts() {
  while (!desk_.is_stopping() && !away_) {
    auto started = destinations_.next(std::chrono::steady_clock::now());
    if (!started) break;
    auto node = works_.extract(started->work);
    auto& work = node.mapped();
    --lines_[work.domain].waiting;
    asio::co_spawn(io_, perform(std::move(*started), std::move(work)), asio::detached);
  }
  spare_resting();
}

void RemoteDelivery::spare_resting() {
  const auto steady = std::chrono::steady_clock::now();
  for (const auto& domain : destinations_.resting_domains(steady)) {
    const auto until = destinations_.resting_until(domain, steady).value_or(steady);
    const auto civil = now() + std::chrono::ceil<std::chrono::milliseconds>(until - steady);
    for (const auto number : destinations_.take_waiting(domain)) {
      auto node = works_.extract(number);
      asio::co_spawn(io_, spare(std::move(node.mapped()), civil), asio::detached);
    }
    lines_.erase(domain);
  }
}

Task<> RemoteDelivery::spare(Work work, Time until) {
  for (const auto position : work.positions) {
    auto& recipient = *work.active->at(position);
    note_spared(work.active->message, recipient,
                {"4.4.1", "421 4.4.1 The destination does not answer; it is tried again later", ""},
                desk_.schedule(), until, now());
  }
  co_await desk_.record(work.active, work.positions);
  desk_.leave(work.active);
}

// Back to disk untried: it comes back by itself.
Task<> RemoteDelivery::put_off(Work work, Time until) {
  for (const auto position : work.positions) work.active->at(position)->next_attempt = until;
  co_await desk_.record(work.active, work.positions);
  desk_.leave(work.active);
}

Task<> RemoteDelivery::perform(queueing::Destinations::Started started, Work work) {
  if (work.active->dropped || desk_.is_stopping()) {
    destinations_.finished(started, queueing::Ending::unknown, "", std::chrono::steady_clock::now());
    desk_.leave(work.active);
    pump();
    co_return;
  }
  auto report = co_await attempt(work);
  if (report) {
    away_wait_ = {};
    co_await finish_report(std::move(started), std::move(work), std::move(*report));
  } else {
    co_await finish_broken(std::move(started), std::move(work), std::move(report.error()));
  }
}

Task<pipe::Result<v1::AttemptReport>> RemoteDelivery::attempt(const Work& work) {
  const auto& message = work.active->message;
  auto octets = co_await desk_.octets_of(work.active);
  if (!octets) co_return pipe::fail(pipe::Code::data_loss, octets.error().what);
  v1::AttemptEnvelope envelope;
  envelope.set_id(message.id.text());
  envelope.set_trace(message.trace);
  envelope.set_domain(work.domain);
  envelope.set_reverse_path(message.reverse_path);
  envelope.set_ret(static_cast<v1::Ret>(message.ret));
  envelope.set_envid(message.envid);
  envelope.set_eight_bit(message.eight_bit);
  envelope.set_smtputf8(message.smtputf8);
  envelope.set_requiretls(message.requiretls);
  envelope.set_tls_optional(!message.requiretls && asks_for_no_tls(**octets));
  envelope.set_size(message.size);
  for (const auto position : work.positions) {
    const auto& recipient = *work.active->at(position);
    auto* added = envelope.add_recipients();
    added->set_address(recipient.address);
    added->set_notify(recipient.notify);
    added->set_orcpt(recipient.orcpt);
  }
  const auto file = message.spool.empty() ? std::string{} : spool_.path(message.spool).string();
  co_return co_await neighbours_.attempt(std::move(envelope), pieces_of(std::move(*octets), file, pool_));
}

Task<> RemoteDelivery::finish_report(queueing::Destinations::Started started, Work work,
                                     v1::AttemptReport report) {
  const auto time = now();
  const auto steady = std::chrono::steady_clock::now();
  destinations_.finished(started, ending_of(report), report.limit_key(), steady);
  note_end(work.domain, steady);
  auto& message = work.active->message;
  for (const auto position : work.positions) {
    auto& recipient = *work.active->at(position);
    const auto found =
        std::ranges::find(report.recipients(), recipient.address, &v1::RecipientReport::address);
    Answer answer{"4.4.2", "421 4.4.2 The courier did not report on this recipient", ""};
    auto result = v1::RecipientReport::DEFERRED;
    bool passed_on = false;
    if (found != report.recipients().end()) {
      answer = {found->reply().enhanced(), text_of(found->reply()),
                found->reply_is_ours() ? "" : report.mx()};
      result = found->result();
      passed_on = found->dsn_passed_on();
    }
    const auto reply = answer.reply;
    if (result == v1::RecipientReport::RELAYED) {
      note_relayed(message, recipient, std::move(answer), passed_on, time);
    } else if (result == v1::RecipientReport::FAILED) {
      note_failed(message, recipient, std::move(answer), time);
    } else {
      note_deferred(message, recipient, std::move(answer), desk_.schedule(), time);
    }
    const auto* what = recipient.state == State::relayed  ? "relayed"
                       : recipient.state == State::failed ? "failed"
                                                          : "deferred";
    log_.info(what, {{"id", message.id.text()},
                     {"recipient", recipient.address},
                     {"mx", report.mx()},
                     {"address", report.address()},
                     {"reply", reply},
                     {"tls", report.tls()},
                     {"attempts", recipient.attempts},
                     {"uncertain", report.uncertain() ? "yes" : "no"}});
  }
  co_await desk_.record(work.active, work.positions, tls_of(message, report));
  desk_.leave(work.active);
  pump();
}

// Reports are not reported on, or two domains would write to each other for ever (RFC 8460 3).
std::vector<TlsCount> RemoteDelivery::tls_of(const QueuedMessage& message,
                                             const v1::AttemptReport& report) const {
  if (!counts_tls_ || message.role == v1::ROLE_REPORT) return {};
  return tls_counts_of(report, std::chrono::floor<std::chrono::days>(now()).time_since_epoch().count());
}

void RemoteDelivery::note_end(const std::string& domain, Deadline now) {
  const auto line = lines_.find(domain);
  if (line == lines_.end()) return;
  line->second.pace.finished(line->second.waiting, now);
  if (line->second.waiting == 0 && lines_.size() > limits::remembered_lines) lines_.erase(line);
}

// The call itself failed. Where the courier cannot have begun, nothing is counted and the work goes back into
// its lane.
Task<> RemoteDelivery::finish_broken(queueing::Destinations::Started started, Work work,
                                     pipe::Status status) {
  destinations_.finished(started, queueing::Ending::unknown, "", std::chrono::steady_clock::now());
  const auto& message = work.active->message;
  if (!status.may_have_been_seen && status.code != pipe::Code::data_loss) {
    log_.warning("the courier is away", {{"id", message.id.text()}, {"why", status.message}});
    courier_is_away();
    wait_in_line(std::move(work));
    co_return;
  }
  const auto time = now();
  for (const auto position : work.positions) {
    auto& recipient = *work.active->at(position);
    const bool first = recipient.attempts == 0;
    note_deferred(message, recipient, {"4.4.2", "421 4.4.2 The attempt was cut off", ""}, desk_.schedule(),
                  time);
    // A courier that was restarted is soon back; one that dies of this very message is not fed it in a loop.
    if (first && recipient.state == State::queued) recipient.next_attempt = time + std::chrono::seconds{5};
    log_.warning("cut off", {{"id", message.id.text()},
                             {"recipient", recipient.address},
                             {"attempts", recipient.attempts},
                             {"why", status.message},
                             {"uncertain", "yes"}});
  }
  co_await desk_.record(work.active, work.positions);
  desk_.leave(work.active);
  pump();
}

void RemoteDelivery::courier_is_away() {
  if (std::exchange(away_, true)) return;
  away_wait_ = std::clamp(away_wait_ * 2, limits::away_first, limits::away_longest);
  asio::co_spawn(io_, wait_for_courier(), asio::detached);
}

Task<> RemoteDelivery::wait_for_courier() {
  co_await desk_.pause(away_wait_);
  away_ = false;
  pump();
}

}  // namespace scop::relay
